"""Invoices: what is done for each state, what is withheld, and what is said about it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from schemas.commands import link
from tests.processors.desk import Desk, asked, body_of, told
from tests.processors.zoho import BOOKS, Fields, at, invoice, taxed

# What an invoice shows -> what becomes of its first event (A2).
FIRST = [
    ({}, "applied", None),
    ({"status": "overdue"}, "applied", None),
    ({"status": "approved"}, "applied", None),
    ({"status": "paid", "payment_made": 115}, "applied", None),
    ({"status": "draft"}, "withheld", "is_draft"),
    ({"status": "pending_approval"}, "withheld", "is_draft"),
    ({"status": "rejected"}, "withheld", "is_draft"),
    ({"date": "2025-12-31"}, "withheld", "is_before_cutover"),
    ({"created_time": "2025-12-31T23:30:00-0500"}, "withheld", "is_before_cutover"),
    ({"created_time": "2026-01-01T00:30:00-0500"}, "applied", None),
    # Midnight is the organisation's: 4 a.m. in UTC is still the evening before.
    ({"created_time": "2026-01-01T04:00:00+0000"}, "withheld", "is_before_cutover"),
]


@pytest.mark.parametrize(("shows", "outcome", "code"), FIRST)
def test_a2_a_new_invoice(desk: Desk, shows: Fields, outcome: str, code: str | None) -> None:
    decisions = desk.happens("invoice", invoice(**shows), "created")

    assert told(decisions)[-1] == ("A2", outcome, code)
    assert ("invoice.put invoice:1" in asked(decisions)) == (outcome == "applied")


# What an exported invoice shows when its price has changed -> what becomes of the change (A3).
CHANGED = [
    ({}, "applied", None),
    ({"status": "overdue"}, "applied", None),
    ({"status": "partially_paid", "payment_made": 15}, "withheld", "has_payments"),
    ({"status": "paid", "payment_made": 230}, "withheld", "has_payments"),
    ({"credits_applied": 5}, "withheld", "has_credits"),
    ({"write_off_amount": 5}, "withheld", "is_written_off"),
    ({"status": "draft"}, "withheld", "is_draft"),
    ({"date": "2025-12-31"}, "withheld", "is_before_cutover"),
]


@pytest.mark.parametrize(("shows", "outcome", "code"), CHANGED)
def test_a3_a_changed_invoice(desk: Desk, shows: Fields, outcome: str, code: str | None) -> None:
    desk.exports("invoice", invoice())
    dearer: Fields = {"line_items": [taxed(200)], "total": 230, "last_modified_time": at(5)}

    decisions = desk.happens("invoice", invoice(**dearer, **shows))

    assert told(decisions)[0] == ("A3", outcome, code)
    assert ("invoice.put invoice:1" in asked(decisions)) == (outcome == "applied")


# What an exported invoice shows when it is voided or deleted -> what becomes of that (A4).
ENDED = [
    ({}, "applied", None),
    ({"payment_made": 115}, "applied", None),
    ({"credits_applied": 5}, "withheld", "has_credits"),
    ({"write_off_amount": 5}, "withheld", "is_written_off"),
]


@pytest.mark.parametrize("trigger", ["edited", "deleted"])
@pytest.mark.parametrize(("shows", "outcome", "code"), ENDED)
def test_a4_an_invoice_that_goes(
    desk: Desk, trigger: str, shows: Fields, outcome: str, code: str | None
) -> None:
    desk.exports("invoice", invoice())
    void = {"status": "void"} if trigger == "edited" else {}

    decisions = desk.happens("invoice", invoice(last_modified_time=at(5), **void, **shows), trigger)

    assert told(decisions) == [("A4", outcome, code)]
    assert asked(decisions) == (["invoice.void invoice:1"] if outcome == "applied" else [])


def test_a4_a_deletion_that_shows_an_id_only_is_judged_by_the_last_version(desk: Desk) -> None:
    desk.exports("invoice", invoice())
    desk.happens("invoice", invoice(credits_applied=5, last_modified_time=at(5)))

    assert told(desk.disappears("invoice", "1")) == [("A4", "withheld", "has_credits")]


def test_what_was_withheld_is_looked_at_again_when_the_invoice_changes(desk: Desk) -> None:
    draft = invoice(status="draft")
    assert told(desk.happens("invoice", draft, "created")) == [("A2", "withheld", "is_draft")]

    sent = desk.happens("invoice", invoice(last_modified_time=at(1)))

    assert told(sent) == [("A1", "applied", None), ("A2", "applied", None)]


def test_a_change_withheld_for_a_payment_is_made_once_the_payment_is_gone(desk: Desk) -> None:
    desk.exports("invoice", invoice())
    dearer: Fields = {"line_items": [taxed(200)], "total": 230}
    paid = invoice(**dearer, payment_made=10, last_modified_time=at(5))
    assert told(desk.happens("invoice", paid)) == [("A3", "withheld", "has_payments")]

    unpaid = desk.happens("invoice", invoice(**dearer, last_modified_time=at(6)))

    assert told(unpaid) == [("A3", "applied", None)]


def test_a_withheld_change_that_is_undone_leaves_the_invoice_as_xero_holds_it(desk: Desk) -> None:
    desk.exports("invoice", invoice())
    paid: Fields = {"payment_made": 10}
    desk.happens("invoice", invoice(total=116, adjustment=1, last_modified_time=at(5), **paid))

    undone = desk.happens("invoice", invoice(last_modified_time=at(6), **paid))

    assert told(undone) == [("-", "applied", "unchanged")]


def test_an_edit_that_xero_does_not_see_is_no_change(desk: Desk) -> None:
    desk.exports("invoice", invoice())
    noted = invoice(notes="thanks", balance=100, payment_made=15, last_modified_time=at(5))

    assert told(desk.happens("invoice", noted)) == [("-", "superseded", "unchanged")]


def test_an_invoice_that_was_never_exported_has_nothing_to_void(desk: Desk) -> None:
    desk.happens("invoice", invoice(status="draft"), "created")
    void = invoice(status="void", last_modified_time=at(5))

    assert told(desk.happens("invoice", void)) == [("A4", "withheld", "never_exported")]
    assert told(desk.disappears("invoice", "77")) == [("A4", "withheld", "never_exported")]


def test_an_invoice_that_was_voided_and_then_deleted_is_voided_once(desk: Desk) -> None:
    desk.exports("invoice", invoice())
    assert asked(desk.happens("invoice", invoice(status="void", last_modified_time=at(5))))

    assert told(desk.disappears("invoice", "1")) == [("-", "superseded", "unchanged")]


def test_a_void_invoice_that_is_opened_again_gets_a_suffix_since_xero_keeps_its_number(
    desk: Desk,
) -> None:
    desk.exports("invoice", invoice())
    desk.happens("invoice", invoice(status="void", last_modified_time=at(5)))

    again = desk.happens("invoice", invoice(last_modified_time=at(6)))

    assert told(again) == [("A2", "applied", None)]
    assert body_of(again, "invoice.put")["InvoiceNumber"] == "INV-1-2"
    assert "INV-1-2" in str(again[0].reason)

    desk.xero_obeys()
    dearer = invoice(line_items=[taxed(200)], total=230, last_modified_time=at(7))
    assert body_of(desk.happens("invoice", dearer), "invoice.put")["InvoiceNumber"] == "INV-1-2"
    desk.happens("invoice", invoice(status="void", last_modified_time=at(8)))
    third = desk.happens("invoice", invoice(last_modified_time=at(9)))
    assert body_of(third, "invoice.put")["InvoiceNumber"] == "INV-1-3"


def test_the_switch_of_the_connection_withholds_invoices() -> None:
    desk = Desk(replace(BOOKS, exports=frozenset({"credit_notes"})))

    assert told(desk.happens("invoice", invoice())) == [("A2", "withheld", "export_is_off")]


def test_an_invoice_as_xero_gets_it(desk: Desk) -> None:
    decisions = desk.happens("invoice", invoice(currency_code="USD", exchange_rate="1.36"))

    assert body_of(decisions, "invoice.put") == {
        "Type": "ACCREC",
        "InvoiceNumber": "INV-1",
        "Contact": {"ContactID": link("contact:50")},
        "Date": "2026-03-10",
        "DueDate": "2026-04-09",
        "LineAmountTypes": "Exclusive",
        "CurrencyCode": "USD",
        "CurrencyRate": Decimal("0.735294"),
        "Status": "AUTHORISED",
        "LineItems": [
            {
                "Description": "Widget",
                "Quantity": Decimal(1),
                "UnitAmount": Decimal(100),
                "AccountCode": "200",
                "TaxType": "OUTPUT2",
            }
        ],
    }
    (command,) = decisions[-1].commands
    assert command.needs == ("contact:50",)
    assert command.tickets == (("invoice", "1"),)
    assert command.expected == {"total": "115", "currency": "USD", "number": "INV-1"}
