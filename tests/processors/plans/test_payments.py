"""Payments received: one in Xero for each share, replaced when it changes, gone when it goes."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from schemas.commands import link
from tests.processors.desk import Desk, asked, body_of, told
from tests.processors.zoho import BOOKS, Fields, at, invoice, payment, share, taxed

TWO_SHARES = [share("901", "1", 60), share("902", "2", "40.50")]


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Invoices 1 and 2 are in Xero."""
    for number in ("1", "2"):
        desk.exports("invoice", invoice(number))
    return desk


def paid(desk: Desk, **changes: Any) -> Fields:
    fields = payment(**changes)
    desk.happens("customer_payment", fields, "created")
    desk.xero_obeys()
    return fields


def test_a6_a_payment_over_two_invoices_is_two_payments_in_xero(desk: Desk) -> None:
    decisions = desk.happens("customer_payment", payment(invoices=TWO_SHARES), "created")

    assert told(decisions) == [("A6", "applied", None)] * 2
    assert asked(decisions) == ["payment.create payment:901", "payment.create payment:902"]


def test_a6_a_payment_as_xero_gets_it(desk: Desk) -> None:
    foreign = payment(currency_code="USD", exchange_rate="1.36")
    decisions = desk.happens("customer_payment", foreign, "created")

    assert body_of(decisions, "payment.create") == {
        "Invoice": {"InvoiceID": link("invoice:1")},
        "Account": {"Code": "091"},
        "Date": "2026-03-12",
        "Amount": Decimal(115),
        "CurrencyRate": Decimal("0.735294"),
        "Reference": "ZI-PMT-901",
    }
    (command,) = decisions[0].commands
    assert command.needs == ("invoice:1",)
    assert command.tickets == (("customer_payment", "9"), ("invoice", "1"))


@pytest.mark.parametrize(
    ("account_id", "account"),
    [
        ("361", {"Code": "091"}),
        ("unmapped", {"Code": "090"}),
        ("", {"Code": "090"}),
    ],
)
def test_a6_a_payment_goes_to_its_mapped_account_else_to_the_bank(
    desk: Desk, account_id: str, account: Fields
) -> None:
    decisions = desk.happens("customer_payment", payment(account_id=account_id), "created")

    assert body_of(decisions, "payment.create")["Account"] == account


def test_a6_a_share_in_thousandths_waits_with_what_to_do(desk: Desk) -> None:
    shares = [share("901", "1", "60.125"), share("902", "2", "40.5")]
    decisions = desk.happens("customer_payment", payment(invoices=shares), "created")

    parked, goes = (decision.commands[0] for decision in decisions)
    assert (parked.cause, goes.cause) == ("thousandths", None)
    assert str(parked.reason).startswith("The amount 60.125 has thousandths")


# What changes in an exported payment -> what Xero is asked for (A8).
REPLACED = ["payment.delete payment:901", "payment.create payment:901"]
CHANGES = [
    ({"invoices": [share(amount=100)]}, REPLACED),
    ({"date": "2026-03-13"}, REPLACED),
    ({"account_id": "362"}, REPLACED),
    ({"exchange_rate": "1.1"}, REPLACED),
    ({"reference_number": "cheque 12", "description": "thanks", "payment_mode": "cash"}, []),
    ({"bank_charges": 0, "amount": "115.0"}, []),
]


@pytest.mark.parametrize(("changes", "commands"), CHANGES)
def test_a8_a_changed_payment(desk: Desk, changes: Fields, commands: list[str]) -> None:
    paid(desk)

    decisions = desk.happens("customer_payment", payment(**changes, updated_time=at(11)))

    assert asked(decisions) == commands
    assert told(decisions) == (
        [("A8", "applied", None)] if commands else [("-", "superseded", "unchanged")]
    )


def test_a8_a_share_moved_to_another_invoice_is_taken_off_before_it_is_put_on(desk: Desk) -> None:
    paid(desk)

    moved = payment(invoices=[share("903", "2")], updated_time=at(11))

    assert asked(desk.happens("customer_payment", moved)) == [
        "payment.delete payment:901",
        "payment.create payment:903",
    ]


def test_a8_a_share_that_keeps_its_id_on_another_invoice_moves_there(desk: Desk) -> None:
    paid(desk)

    moved = payment(invoices=[share("901", "2")], updated_time=at(11))
    decisions = desk.happens("customer_payment", moved)

    assert asked(decisions) == REPLACED
    assert [command.tickets[1] for d in decisions for command in d.commands] == [
        ("invoice", "1"),
        ("invoice", "2"),
    ]
    # From now on it is on invoice 2 alone.
    assert asked(desk.disappears("customer_payment", "9")) == ["payment.delete payment:901"]
    assert [str(ref) for ref, known in desk.known.items() if "payment:901" in known.told] == []


def test_a8_a_payment_changed_before_it_was_sent_is_replaced(desk: Desk) -> None:
    desk.happens("customer_payment", payment(), "created")

    changed = payment(invoices=[share(amount=100)], updated_time=at(11))

    assert asked(desk.happens("customer_payment", changed)) == REPLACED


def test_a9_one_share_taken_off_leaves_the_other(desk: Desk) -> None:
    paid(desk, invoices=TWO_SHARES)

    less = payment(invoices=TWO_SHARES[:1], updated_time=at(11))
    decisions = desk.happens("customer_payment", less)

    assert told(decisions) == [("A9", "applied", None)]
    assert asked(decisions) == ["payment.delete payment:902"]


def test_a9_a_deletion_that_shows_an_id_only_takes_every_share(desk: Desk) -> None:
    paid(desk, invoices=TWO_SHARES)

    decisions = desk.disappears("customer_payment", "9")

    assert told(decisions) == [("A9", "applied", None)] * 2
    assert asked(decisions) == ["payment.delete payment:901", "payment.delete payment:902"]


def test_a_deletion_of_an_unknown_payment_says_that_it_was_never_exported(desk: Desk) -> None:
    assert told(desk.disappears("customer_payment", "8")) == [("A9", "withheld", "never_exported")]


def test_a6_what_a_payment_leaves_unused_is_shown_and_exported_when_it_is_applied(
    desk: Desk,
) -> None:
    part = payment(amount=115, unused_amount="55.5", invoices=[share(amount="59.5")])
    decisions = desk.happens("customer_payment", part, "created")

    assert told(decisions) == [("A6", "applied", None), ("A6", "withheld", "unused_amount")]
    assert "55.5 CAD" in str(decisions[1].reason)

    applied = payment(
        invoices=[share(amount="59.5"), share("902", "2", "55.5")], updated_time=at(11)
    )
    assert told(desk.happens("customer_payment", applied)) == [("A6", "applied", None)]


def test_a6_a_payment_for_an_invoice_nobody_told_of_waits_for_it(desk: Desk) -> None:
    early = payment(invoices=[share("905", "5")])
    decisions = desk.happens("customer_payment", early, "created")

    assert told(decisions) == [("A6", "applied", None)]
    assert decisions[0].commands[0].needs == ("invoice:5",)


# How the invoice before the cut-over is known: from its own event, or from the payment alone.
@pytest.mark.parametrize("known", [True, False])
def test_a_payment_of_an_invoice_before_the_cut_over_is_withheld(desk: Desk, known: bool) -> None:
    if known:
        old = invoice("5", date="2026-02-01", created_time="2025-12-01T09:00:00-0500")
        desk.happens("invoice", old, "created")
    day = "2026-02-01" if known else "2025-12-01"
    decisions = desk.happens(
        "customer_payment", payment(invoices=[{**share("905", "5"), "date": day}, share()])
    )

    assert told(decisions) == [("A6", "withheld", "is_before_cutover"), ("A6", "applied", None)]
    assert "2026-01-01" in str(decisions[0].reason)


def test_a_removal_is_put_before_a_payment_that_came_first_and_waits(desk: Desk) -> None:
    paid(desk)
    second = payment("10", invoices=[share("911", "1")], updated_time=at(15))
    desk.happens("customer_payment", second, "created")

    assert asked(desk.disappears("customer_payment", "9")) == [
        "payment.delete payment:911",
        "payment.delete payment:901",
        "payment.create payment:911",
    ]


def test_an_old_invoice_version_does_not_take_a_newer_payment_off(desk: Desk) -> None:
    paid(desk)

    late = invoice(total="115.00", notes="older than the payment", last_modified_time=at(5))

    assert told(desk.happens("invoice", late)) == [("-", "superseded", "unchanged")]


def test_an_invoice_that_shows_no_sums_says_nothing_of_its_payments(desk: Desk) -> None:
    paid(desk)
    dearer = invoice(line_items=[taxed(200)], total=230, last_modified_time=at(12))
    del dearer["payment_made"], dearer["credits_applied"]

    decisions = desk.happens("invoice", dearer)

    # The payment is known from its own side: it stays, and what it forbids is withheld.
    assert told(decisions) == [("A3", "withheld", "has_payments")]
    assert asked(decisions) == []


def test_a_payment_without_a_stamp_is_never_taken_off_by_an_invoice(desk: Desk) -> None:
    paid(desk, updated_time="")

    later = invoice(notes="unpaid?", last_modified_time=at(50))

    assert told(desk.happens("invoice", later)) == [("-", "superseded", "unchanged")]


def test_a_missing_bank_account_parks_the_payment_and_says_what_to_do() -> None:
    desk = Desk(replace(BOOKS, accounts={"sales": "200"}, account_map={}))
    (decision,) = desk.happens("customer_payment", payment(), "created")
    (command,) = decision.commands

    assert (command.body, command.cause) == (None, "account:bank")
    assert "accounts.bank" in str(command.reason)
