"""Credit notes and vendor credits: made, changed and ended (A16, A17, A19–A21, A23)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.processors.desk import Desk, asked, body_of, told
from tests.processors.zoho import BOOKS, Fields, at, invoice, taxed
from tests.processors.zoho_credits import (
    bill_credited,
    credit_note,
    credited,
    refund,
    vendor_credit,
)
from tests.xero_schemas import fits

# Invoices 1, 2 and bill 1 are in Xero.
pytestmark = pytest.mark.usefixtures("trades_in_xero")


SIDES = [
    ("credit_note", credit_note, "A16", "A17"),
    ("vendor_credit", vendor_credit, "A20", "A21"),
]


@pytest.mark.parametrize(("entity", "written", "create", "update"), SIDES)
def test_a16_a17_a20_a21_credits_are_created_and_updated(
    desk: Desk, entity: str, written: Any, create: str, update: str
) -> None:
    draft = desk.happens(entity, written(status="draft"), "created")
    opened = desk.happens(entity, written(last_modified_time=at(11)))
    desk.xero_obeys()
    changes: Fields = {"line_items": [taxed(200)], "total": 230}
    changed = desk.happens(entity, written(**changes, last_modified_time=at(12)))
    desk.xero_obeys()
    again_draft = desk.happens(entity, written(status="draft", last_modified_time=at(13)))

    assert told(draft) == [(create, "withheld", "is_draft")]
    assert told(opened)[-1] == (create, "applied", None)
    assert told(changed) == [(update, "applied", None)]
    assert told(again_draft) == [(update, "withheld", "is_draft")]


def test_a_credit_note_as_xero_gets_it(desk: Desk) -> None:
    body = body_of(desk.happens("credit_note", credit_note()), "credit_note.put")

    assert (body["Type"], body["CreditNoteNumber"]) == ("ACCRECCREDIT", "CN-3")
    assert "DueDate" not in body
    assert body["LineItems"][0]["UnitAmount"] == Decimal(100)
    assert fits("CreditNote", body) == []


def test_a_vendor_credit_as_xero_gets_it(desk: Desk) -> None:
    body = body_of(desk.happens("vendor_credit", vendor_credit()), "vendor_credit.put")

    assert (body["Type"], body["CreditNoteNumber"]) == ("ACCPAYCREDIT", "VC-4")
    assert (body["LineItems"][0]["AccountCode"], body["LineItems"][0]["TaxType"]) == (
        "310",
        "INPUT2",
    )
    assert fits("CreditNote", body) == []


def test_a19_a_credit_note_stays_while_it_is_applied_and_goes_when_it_is_not(desk: Desk) -> None:
    desk.exports("credit_note", credit_note(invoices_credited=[credited()]))

    assert told(desk.disappears("credit_note", "3")) == [("A19", "withheld", "is_applied")]

    # Zoho's word that it was taken off before comes late.
    decisions = desk.happens("credit_note", credit_note(last_modified_time=at(11)))
    assert asked(decisions) == [
        "allocation.delete allocation:301",
        "credit_note.void credit_note:3",
    ]


def test_a19_a_credit_note_with_a_refund_goes_with_its_refund(desk: Desk) -> None:
    desk.exports("credit_note", credit_note(creditnote_refunds=[refund()]))

    void = credit_note(status="void", last_modified_time=at(11))

    assert asked(desk.happens("credit_note", void)) == [
        "refund.delete refund:351",
        "credit_note.void credit_note:3",
    ]


def test_a4_an_invoice_with_credits_is_voided_once_the_credit_is_off(desk: Desk) -> None:
    desk.exports("credit_note", credit_note(invoices_credited=[credited()]))
    void = invoice(status="void", credits_applied=40, last_modified_time=at(20))
    assert told(desk.happens("invoice", void)) == [("A4", "withheld", "has_credits")]

    free = desk.happens("invoice", invoice(status="void", last_modified_time=at(21)))

    assert asked(free) == ["allocation.delete allocation:301", "invoice.void invoice:1"]


@pytest.mark.parametrize("said", [{}, {"credits_applied": 40}])
def test_a4_a_deleted_invoice_with_credits_stays_until_the_last_one_is_off(
    desk: Desk, said: Fields
) -> None:
    """Whether the invoice itself has told of the credits or their notes alone have."""
    desk.exports("credit_note", credit_note(invoices_credited=[credited(amount=30)]))
    other: Fields = {"invoices_credited": [credited("302", amount=10)]}
    desk.exports("credit_note", credit_note("4", **other))
    if said:
        desk.happens("invoice", invoice(**said, last_modified_time=at(12)))
    assert told(desk.disappears("invoice", "1")) == [("A4", "withheld", "has_credits")]

    first = desk.happens("credit_note", credit_note(last_modified_time=at(21)))
    last = desk.happens("credit_note", credit_note("4", last_modified_time=at(22)))

    assert asked(first) == ["allocation.delete allocation:301"]
    assert asked(last) == ["allocation.delete allocation:302", "invoice.void invoice:1"]
    assert (last[-1].document, last[-1].action) == (("invoice", "1"), "A4")


@pytest.mark.parametrize("trigger", ["edited", "deleted"])
def test_a23_a_vendor_credit_that_goes_is_taken_off_its_bills_and_voided(
    desk: Desk, trigger: str
) -> None:
    rows = [bill_credited("401", "1", 40), bill_credited("402", "2", 30)]
    applied = vendor_credit(bills_credited=rows, total_credits_used=70)
    desk.exports("vendor_credit", applied)
    gone = {**applied, "last_modified_time": at(11)}
    if trigger == "edited":
        gone["status"] = "void"

    decisions = desk.happens("vendor_credit", gone, trigger)

    assert asked(decisions) == [
        "vendor_allocation.delete vendor_allocation:401",
        "vendor_allocation.delete vendor_allocation:402",
        "vendor_credit.void vendor_credit:4",
    ]
    assert told(decisions)[-1] == ("A23", "applied", None)


# The sides on which we take credits off ourselves -> what becomes of a credit that goes (G1).
POLICIES = [
    (frozenset({"purchases"}), "withheld", "applied"),
    (frozenset({"sales", "purchases"}), "applied", "applied"),
    (frozenset(), "withheld", "withheld"),
]


@pytest.mark.parametrize(("sides", "sale", "purchase"), POLICIES)
def test_g1_who_takes_credits_off_is_a_policy_of_each_side(
    sides: Any, sale: str, purchase: str
) -> None:
    desk = Desk(replace(BOOKS, take_off_credits=sides))
    desk.happens("credit_note", credit_note(invoices_credited=[credited()]), "created")
    desk.happens("vendor_credit", vendor_credit(bills_credited=[bill_credited()]), "created")
    desk.xero_obeys()

    assert told(desk.disappears("credit_note", "3"))[-1][1] == sale
    assert told(desk.disappears("vendor_credit", "4"))[-1][1] == purchase
