"""Payments made: told by the bill's own list or by their own module, in Xero never twice."""

from decimal import Decimal

import pytest

from schemas.commands import link
from tests.processors.desk import Desk, asked, body_of, told
from tests.processors.zoho import Fields, at, taxed
from tests.processors.zoho_bills import bill, bill_payment, vendor_payment
from tests.xero_schemas import fits


def paid(desk: Desk) -> None:
    desk.exports("bill", bill())
    desk.happens("vendor_payment", vendor_payment(), "created")
    desk.xero_obeys()


LISTING = bill(payments=[bill_payment()], payment_made=115, last_modified_time=at(10))
ONCE = ["bill_payment.create bill_payment:801"]


@pytest.mark.parametrize("bill_first", [True, False])
def test_a13_a_payment_told_by_its_bill_and_by_itself_is_one_payment(
    desk: Desk, bill_first: bool
) -> None:
    desk.exports("bill", bill())
    views = [("bill", LISTING), ("vendor_payment", vendor_payment())]

    first, second = (
        desk.happens(entity, fields) for entity, fields in (views if bill_first else views[::-1])
    )

    # The payment itself is known as synced, whoever told of it.
    outcome = "applied" if bill_first else "superseded"
    assert (asked(first), told(second)) == (ONCE, [("-", outcome, "unchanged")])
    assert body_of(first, "bill_payment.create") == {
        "Invoice": {"InvoiceID": link("bill:1")},
        "Account": {"Code": "091"},
        "Date": "2026-03-12",
        "Amount": Decimal(115),
        "CurrencyRate": Decimal(1),
        "Reference": "ZI-PMT-801",
    }
    assert fits("Payment", body_of(first, "bill_payment.create")) == []
    (command,) = first[-1].commands
    assert command.tickets == (("vendor_payment", "8"), ("bill", "1"))


def test_a15_a_payment_that_its_bill_took_off_says_at_its_own_end_that_xero_has_it_no_more(
    desk: Desk,
) -> None:
    desk.exports("bill", bill())
    desk.happens("bill", LISTING)
    desk.xero_obeys()
    desk.happens("bill", bill(payments=[], last_modified_time=at(11)))

    (decision,) = desk.disappears("vendor_payment", "8")

    assert (decision.outcome, decision.code) == ("applied", "unchanged")
    assert "taken out of Xero before" in (decision.reason or "")


REPLACED = ["bill_payment.delete bill_payment:801", "bill_payment.create bill_payment:801"]


@pytest.mark.parametrize("by_bill", [True, False])
def test_a14_a_changed_bill_payment_is_replaced_once(desk: Desk, by_bill: bool) -> None:
    paid(desk)
    share = {"bill_payment_id": "801", "bill_id": "1", "amount_applied": 100}
    changes: list[tuple[str, Fields]] = [
        (
            "bill",
            bill(payments=[bill_payment(amount=100)], payment_made=100, last_modified_time=at(12)),
        ),
        ("vendor_payment", vendor_payment(bills=[share], last_modified_time=at(12))),
    ]
    first, second = (desk.happens(*each) for each in (changes if by_bill else changes[::-1]))

    assert told(first) == [("A14", "applied", None)]
    assert (asked(first), asked(second)) == (REPLACED, [])


@pytest.mark.parametrize("by_bill", [True, False])
def test_a15_a_bill_payment_that_goes_is_deleted_once(desk: Desk, by_bill: bool) -> None:
    paid(desk)
    if by_bill:
        first = desk.happens("bill", bill(last_modified_time=at(12)))
        second = desk.disappears("vendor_payment", "8")
    else:
        first = desk.disappears("vendor_payment", "8")
        second = desk.happens("bill", bill(last_modified_time=at(12)))

    assert told(first) == [("A15", "applied", None)]
    assert asked(first) == REPLACED[:1]
    assert told(second) == [("-", "applied" if by_bill else "superseded", "unchanged")]


def test_a_bill_older_than_the_payments_deletion_does_not_bring_it_back(desk: Desk) -> None:
    paid(desk)
    desk.disappears("vendor_payment", "8")

    assert told(desk.happens("bill", {**LISTING, "last_modified_time": at(11)})) == [
        ("-", "superseded", "unchanged")
    ]


def test_an_old_version_of_a_bill_does_not_take_a_newer_payment_off(desk: Desk) -> None:
    paid(desk)

    assert told(desk.happens("bill", bill(notes="old", last_modified_time=at(9)))) == [
        ("-", "superseded", "unchanged")
    ]


@pytest.mark.parametrize("hidden", [("payments",), ("payments", "payment_made")])
def test_a_bill_that_shows_no_list_says_nothing_of_its_payments(
    desk: Desk, hidden: tuple[str, ...]
) -> None:
    paid(desk)
    whole = bill(payment_made=115, last_modified_time=at(12))
    silent = {name: value for name, value in whole.items() if name not in hidden}

    assert told(desk.happens("bill", silent)) == [("-", "superseded", "unchanged")]


def test_an_edit_made_before_a_payment_that_came_first_is_put_under_it(desk: Desk) -> None:
    paid(desk)
    dearer = bill(line_items=[taxed(200)], total=230, last_modified_time=at(9))

    assert asked(desk.happens("bill", dearer)) == [
        "bill_payment.delete bill_payment:801",
        "bill.put bill:1",
        "bill_payment.create bill_payment:801",
    ]


def test_a13_what_is_not_used_of_a_payment_made_is_shown(desk: Desk) -> None:
    advance = vendor_payment(bills=[], balance=115)

    assert told(desk.happens("vendor_payment", advance)) == [("A13", "withheld", "unused_amount")]


def test_a_payment_of_a_bill_before_the_cut_over_is_withheld(desk: Desk) -> None:
    share = {"bill_payment_id": "8", "bill_id": "9", "amount_applied": 5, "date": "2025-12-01"}

    assert told(desk.happens("vendor_payment", vendor_payment(bills=[share]))) == [
        ("A13", "withheld", "is_before_cutover")
    ]
