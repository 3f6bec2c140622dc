"""What the console says in people's words, where the program has its own."""

from datetime import UTC, datetime

import pytest

from ingress.console.meaning import Meaning, meaning_of
from ingress.console.wording import ahead, deed, wish
from outbox.xero.routes import CHANGES, CREATES
from processors.rules import RULES
from processors.sync_rules import table
from schemas.api import DecisionView
from tests.ingress.asking import ID, command, decide
from tests.ingress.conftest import Door, invoice
from tests.ingress.console.visits import signed_in

APPLIED = "A vendor credit is applied to a bill → It is allocated to the bill."
ANOTHER = (
    "Another amount of a vendor credit is applied → The allocation is taken off and made again."
)


def meaning(reason: str, action: str = "A22") -> Meaning:
    decision = DecisionView(
        event_id=1,
        action=action,
        outcome="applied",
        code=None,
        reason=reason,
        decided_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    return meaning_of(decision, table())


@pytest.mark.parametrize(
    ("reason", "sentence", "remark"),
    [
        ("It is allocated to the bill.", APPLIED, ""),
        ("The allocation is taken off and made again.", ANOTHER, ""),
        ("It is allocated to the bill. So is another.", APPLIED, "So is another."),
        ("The month is closed.", "", "The month is closed."),  # A22 has three sentences
    ],
)
def test_a_reason_is_told_once(reason: str, sentence: str, remark: str) -> None:
    assert meaning(reason) == ("A22", sentence, remark)


def test_a_decision_without_a_rule_still_has_its_reason() -> None:
    assert meaning("Nothing that Xero holds is different.", "-") == (
        "",
        "",
        "Nothing that Xero holds is different.",
    )


def test_every_rule_is_found_by_what_it_says() -> None:
    for rule in RULES.values():
        found = meaning(f"{rule.xero}.", rule.id)
        assert found.sentence.endswith(f"→ {rule.xero}.")
        assert not found.remark


@pytest.mark.parametrize(
    ("kind", "asked", "done"),
    [
        ("vendor_credit.put", "write the vendor credit", "vendor credit written"),
        ("vendor_allocation.delete", "take the allocation off", "allocation taken off"),
        ("payment.create", "create the payment", "payment created"),
        ("bank_charge.delete", "delete the bank charge", "bank charge deleted"),
    ],
)
def test_commands_have_words(kind: str, asked: str, done: str) -> None:
    assert (wish(kind), deed(kind)) == (asked, done)


def test_no_command_that_is_sent_lacks_words() -> None:
    for kind in (*CREATES, *CHANGES, "zoho_contact.put"):
        assert "." not in wish(kind) + deed(kind)
        assert "_" not in wish(kind) + deed(kind)


def test_what_is_waited_for_is_told_in_the_same_words() -> None:
    said = ahead("command 12 (vendor_allocation.delete, parked)")

    assert said == "command 12, to take the allocation off (parked)"
    assert ahead("contact:460") == "contact:460"


async def test_what_was_voided_is_gone_from_xero_and_not_yet_to_come(door: Door) -> None:
    await door.post(invoice())
    (event,) = await door.events()
    await decide(door, event["id"], "applied")
    async with signed_in(door) as person:
        before = await person.see(f"/connections/acme/documents/invoice/{ID}")
        await command(door, event["id"], kind="invoice.void", state="done")
        after = await person.see(f"/connections/acme/documents/invoice/{ID}")

    assert "none yet" in before
    assert "none yet" not in after
    assert "gone: voided in Xero" in after
    assert "In Xero: invoice voided" in after
