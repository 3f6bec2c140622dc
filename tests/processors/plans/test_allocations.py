"""Credits applied to documents and taken off again: one allocation for each application."""

from decimal import Decimal

import pytest

from schemas.commands import PARENT, link
from tests.processors.desk import Desk, asked, told
from tests.processors.zoho import Fields, at, taxed
from tests.processors.zoho_bills import bill
from tests.processors.zoho_credits import bill_credited, credit_note, credited, vendor_credit

# Invoices 1, 2 and bill 1 are in Xero.
pytestmark = pytest.mark.usefixtures("trades_in_xero")


def test_a18_a_credit_note_applied_to_two_invoices(desk: Desk) -> None:
    desk.exports("credit_note", credit_note())
    rows = [credited("301", "1", 40), credited("302", "2", 30)]

    decisions = desk.happens(
        "credit_note", credit_note(invoices_credited=rows, last_modified_time=at(11))
    )

    assert told(decisions) == [("A18", "applied", None)] * 2
    body = decisions[0].commands[0].body
    assert body == {
        PARENT: link("credit_note:3"),
        "Invoice": {"InvoiceID": link("invoice:1")},
        "Amount": Decimal(40),
        "Date": "2026-03-10",
    }
    assert decisions[0].commands[0].needs == ("credit_note:3", "invoice:1")
    assert decisions[0].commands[0].tickets == (("credit_note", "3"), ("invoice", "1"))


# The three spellings under which Zoho shows what a credit note is applied to.
SPELLINGS = [
    {"invoices_credited": [credited()]},
    {"invoices": [{"creditnote_invoice_id": "301", "invoice_id": "1", "credited_amount": 40}]},
    {"invoices": [{"creditnote_invoice_id": "301", "invoice_id": "1", "amount": 40}]},
]


@pytest.mark.parametrize("shown", SPELLINGS)
def test_a18_every_spelling_of_an_application_is_understood(desk: Desk, shown: Fields) -> None:
    desk.exports("credit_note", credit_note())
    fields = credit_note(last_modified_time=at(11))
    del fields["invoices_credited"]

    assert asked(desk.happens("credit_note", {**fields, **shown})) == [
        "allocation.create allocation:301"
    ]


def test_a18_an_applied_amount_that_changes_is_taken_off_and_set_again(desk: Desk) -> None:
    desk.exports("credit_note", credit_note(invoices_credited=[credited()]))

    less = credit_note(invoices_credited=[credited(amount=30)], last_modified_time=at(11))

    decisions = desk.happens("credit_note", less)
    assert told(decisions) == [("A18", "applied", None)]
    assert asked(decisions) == [
        "allocation.delete allocation:301",
        "allocation.create allocation:301",
    ]


def test_credit_taken_off_an_invoice_again_is_taken_off_in_xero(desk: Desk) -> None:
    desk.exports("credit_note", credit_note(invoices_credited=[credited()]))

    decisions = desk.happens("credit_note", credit_note(last_modified_time=at(11)))

    assert told(decisions) == [("A18 undo", "applied", None)]
    assert asked(decisions) == ["allocation.delete allocation:301"]
    assert decisions[0].commands[0].body == {PARENT: link("credit_note:3")}


def test_a_credit_note_that_shows_no_list_says_nothing_of_where_it_is_applied(
    desk: Desk,
) -> None:
    desk.exports("credit_note", credit_note(invoices_credited=[credited()]))
    silent = credit_note(last_modified_time=at(11))
    del silent["invoices_credited"]

    assert told(desk.happens("credit_note", silent)) == [("-", "superseded", "unchanged")]


def test_a22_a_vendor_credit_told_by_its_bill_and_by_itself_is_allocated_once(
    desk: Desk,
) -> None:
    desk.exports("vendor_credit", vendor_credit())
    applied = vendor_credit(bills_credited=[bill_credited()], last_modified_time=at(11))
    listed = {"vendor_credit_id": "4", "vendor_credit_bill_id": "401", "amount": 40}
    listing = bill(vendor_credits=[listed], vendor_credits_applied=40, last_modified_time=at(11))

    first = desk.happens("bill", listing)
    assert told(first) == [("A22", "applied", None)]
    assert asked(first) == ["vendor_allocation.create vendor_allocation:401"]
    assert told(desk.happens("vendor_credit", applied)) == [("-", "superseded", "unchanged")]
    desk.xero_obeys()

    less = vendor_credit(bills_credited=[bill_credited(amount=30)], last_modified_time=at(12))
    assert told(desk.happens("vendor_credit", less)) == [("A22", "applied", None)]
    off = vendor_credit(last_modified_time=at(13))
    assert told(desk.happens("vendor_credit", off)) == [("A22 undo", "applied", None)]


def test_a_credit_of_an_invoice_before_the_cut_over_is_withheld(desk: Desk) -> None:
    old = {**credited("301", "77"), "invoice_date": "2025-12-01"}
    decisions = desk.happens("credit_note", credit_note(invoices_credited=[old]))

    assert told(decisions)[-1] == ("A18", "withheld", "is_before_cutover")


def test_a17_a_change_that_waits_for_a_credit_to_be_taken_off_goes_behind_that(
    desk: Desk,
) -> None:
    desk.exports("credit_note", credit_note(invoices_credited=[credited()]))
    dearer: Fields = {"line_items": [taxed(200)], "total": 230}
    applied = credit_note(**dearer, invoices_credited=[credited()], last_modified_time=at(11))
    assert asked(desk.happens("credit_note", applied)) == ["credit_note.put credit_note:3"]

    off = desk.happens("credit_note", credit_note(**dearer, last_modified_time=at(12)))

    assert asked(off) == ["allocation.delete allocation:301", "credit_note.put credit_note:3"]
    assert off[0].commands[1].expected["total"] == "230"


def test_a12_a_deleted_bill_stays_while_a_vendor_credit_is_applied_to_it(desk: Desk) -> None:
    desk.exports("vendor_credit", vendor_credit(bills_credited=[bill_credited()]))

    assert told(desk.disappears("bill", "1")) == [("A12", "withheld", "has_credits")]

    free = desk.happens("vendor_credit", vendor_credit(last_modified_time=at(21)))
    assert asked(free)[-1] == "bill.void bill:1"
