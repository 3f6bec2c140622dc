"""What is collected of real processes shows the checker what is wrong, invariant by invariant."""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

from tests.journeys import clerk
from tests.journeys.collecting import Row, Witness, collect
from tests.journeys.house import House, answering
from tests.simulation.checker import check

Spoil = Callable[[Row], object]
SPOILS: list[tuple[str, Spoil]] = []


def breaks(invariant: str) -> Callable[[Spoil], Spoil]:
    """Note what a history looks like in which an invariant is broken."""

    def note(spoil: Spoil) -> Spoil:
        SPOILS.append((invariant, spoil))
        return spoil

    return note


async def played(house: House) -> Row:
    """Two invoices of one customer: one is changed and paid. Each waits for the one before."""
    await house.start("run")
    await answering(house.client, f"{house.url}/readyz")
    await house.apply()
    witness, customer = Witness(), await clerk.customer(house, "Acme")
    invoice = await clerk.invoice(house, customer, 100)
    await house.settled()
    other = await clerk.invoice(house, customer, 100)
    await house.settled()
    path = f"/invoices/{invoice['invoice_id']}"
    changed = await house.zoho("PUT", path, line_items=[clerk.line(60, 2)])
    await house.settled()
    payment = await clerk.pay(house, changed, 5)
    await house.settled()
    witness.holds_invoice(changed)
    witness.holds_invoice(other)
    witness.holds_payment(payment)
    return await collect(house, witness)


def books(history: Row) -> dict[str, list[Row]]:
    """What Xero holds."""
    (held,) = history["xero"].values()
    return dict(held)


def writes(history: Row, plural: str) -> list[Row]:
    """What was sent to Xero about one kind, in order; all of it was done."""
    return [r for r in history["requests"] if r["effects"] and r["path"].startswith(f"/{plural}")]


def repeat(history: Row, **changes: Any) -> None:
    """The invoice's change was sent again, under the same key."""
    history["requests"].append({**writes(history, "Invoices")[-1], "effects": [], **changes})


@breaks("I1")
def an_accepted_webhook_left_no_event(history: Row) -> None:
    answer = {"status": 202, "event": 0, "entity": "invoice", "zoho_id": "1"}
    history["answers"].append(answer)


@breaks("I3")
def an_event_was_never_decided(history: Row) -> None:
    history["tables"]["events"][-1]["state"] = "undecided"


@breaks("I4")
def a_payment_was_made_twice(history: Row) -> None:
    (made,) = writes(history, "Payments")
    history["requests"].append({**made, "decided": made["decided"] + 1})


@breaks("I5")
def xero_holds_an_invoice_that_nobody_knows_of(history: Row) -> None:
    books(history)["Invoices"].append({**books(history)["Invoices"][0], "InvoiceID": "another"})


@breaks("I6")
def a_link_points_to_nothing(history: Row) -> None:
    history["tables"]["links"][0]["xero_id"] = "nothing"


@breaks("I7")
def the_older_version_was_written_last(history: Row) -> None:
    first, *_, last = writes(history, "Invoices")
    first["decided"], last["decided"] = last["decided"], first["decided"]


@breaks("I8")
def the_first_version_took_effect_after_the_second_began(history: Row) -> None:
    first, *_, last = writes(history, "Invoices")
    first["decided"] = last["sent"] + 0.1


@breaks("I9")
def an_invoice_was_sent_before_its_customer(history: Row) -> None:
    writes(history, "Contacts")[0]["decided"] = writes(history, "Invoices")[0]["sent"] + 0.1


@breaks("I10")
def the_second_version_was_sent_before_the_first_was_done(history: Row) -> None:
    first, *_, last = writes(history, "Invoices")
    last["sent"] = first["sent"] - 0.1  # an answer may take less than a thousandth of a second


@breaks("I11")
def something_was_sent_that_no_attempt_speaks_of(history: Row) -> None:
    repeat(history, key="unknown")


@breaks("I11")
def other_bytes_were_sent_than_the_attempt_holds(history: Row) -> None:
    repeat(history, hash="other")


@breaks("I11")
def a_request_left_before_its_attempt_was_committed(history: Row) -> None:
    for attempt in history["tables"]["attempts"]:
        attempt["first_sent_at"] += timedelta(seconds=1)


@breaks("I13")
def a_key_was_used_again_too_late(history: Row) -> None:
    repeat(history, sent=writes(history, "Invoices")[-1]["sent"] + 251)


@breaks("I13")
def a_key_was_used_again_under_another_token(history: Row) -> None:
    repeat(history, token="another")


@breaks("I14")
def a_second_key_followed_a_yes(history: Row) -> None:
    tables = history["tables"]
    attempt, member = tables["attempts"][-1], tables["attempt_members"][-1]
    tables["attempts"].append({**attempt, "id": 1_000, "idempotency_key": "second"})
    tables["attempt_members"].append({**member, "attempt_id": 1_000})


@breaks("I17")
def something_went_to_another_organisation(history: Row) -> None:
    writes(history, "Invoices")[0]["tenant"] = "another"


@breaks("I20")
def an_invoice_is_missing_in_xero(history: Row) -> None:
    books(history)["Invoices"].pop()


@breaks("I20")
def an_invoice_stands_in_an_older_version(history: Row) -> None:
    books(history)["Invoices"][0]["Total"] = "115.00"


@breaks("I21")
def a_payment_is_missing_in_xero(history: Row) -> None:
    books(history)["Payments"].pop()


@breaks("I22")
def xero_holds_a_payment_that_is_gone_in_zoho(history: Row) -> None:
    (truth,) = history["zoho"].values()
    truth["customer_payment"].clear()


@breaks("I23")
def two_commands_of_one_document_shared_a_request(history: Row) -> None:
    first, *_, last = (
        command["id"] for command in history["tables"]["commands"] if command["entity"] == "invoice"
    )
    for member in history["tables"]["attempt_members"]:
        if member["command_id"] == last:
            history["tables"]["attempt_members"].append({**member, "command_id": first})
            return


@breaks("I24")
def a_command_waits_for_nothing(history: Row) -> None:
    history["tables"]["commands"][-1]["state"] = "pending"


@breaks("I25")
def the_bridge_did_not_come_to_rest(history: Row) -> None:
    history["busy"] = "1 undecided event"


async def test_each_invariant_that_real_processes_can_break_is_seen_broken(house: House) -> None:
    history = await played(house)
    assert check(history) == []

    unseen = []
    for invariant, spoil in SPOILS:
        spoilt = deepcopy(history)
        spoil(spoilt)
        if invariant not in {violation.partition(":")[0] for violation in check(spoilt)}:
            unseen.append((invariant, spoil.__name__))

    assert unseen == []
