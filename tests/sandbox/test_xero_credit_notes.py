"""Credit notes: numbers, allocations, and that what is applied closes both documents."""

from typing import Any

import pytest

from tests.sandbox.xero_desk import API, LINE, Desk, Json, an_invoice, only, refusals

NOT_MODIFIABLE = "Credit Note not of valid status for modification"
ALLOCATED = "This document cannot be edited as it has a payment or credit note allocated to it."
TOO_MUCH = "Credit Note cannot be allocated as amount is greater than amount outstanding"
PAID_OFF = "The invoice you are trying to allocate to has already been paid off"


async def post(xero: Desk, note: Json, **changes: Any) -> Any:
    return await xero.post(f"/CreditNotes/{note['CreditNoteID']}", changes)


async def now(xero: Desk, note: Json) -> Json:
    return only(await xero.get(f"/CreditNotes/{note['CreditNoteID']}"), "CreditNotes")


async def test_our_own_numbers_are_unique_and_a_vendor_s_are_not(xero: Desk) -> None:
    contact = await xero.contact()
    await xero.credit_note(contact, CreditNoteNumber="CN-1")
    again = {**an_invoice(contact), "Type": "ACCRECCREDIT", "CreditNoteNumber": "CN-1"}
    answer = await xero.put("/CreditNotes", {"CreditNotes": [again]})

    assert refusals(answer) == ["Credit Note # must be unique."]
    for _ in range(2):
        await xero.credit_note(contact, Type="ACCPAYCREDIT", CreditNoteNumber="V-1")


async def test_a_credit_note_has_no_discount(xero: Desk) -> None:
    note = {**an_invoice(await xero.contact()), "Type": "ACCRECCREDIT"}
    note["LineItems"] = [{**LINE, "DiscountRate": 5}]

    answer = await xero.put("/CreditNotes", {"CreditNotes": [note]})

    assert refusals(answer) == ["Discounts are not valid on this type of document."]


# allocated amounts, RemainingCredit, Status of the note; AmountDue, Status of the invoice of 100
@pytest.mark.parametrize(
    ("amounts", "left", "note_status", "due", "invoice_status"),
    [
        ([30], 70, "AUTHORISED", 70, "AUTHORISED"),
        ([30, 70], 0, "PAID", 0, "PAID"),
    ],
)
async def test_an_allocation_counts_on_both_documents(
    xero: Desk,
    amounts: list[int],
    left: int,
    note_status: str,
    due: int,
    invoice_status: str,
) -> None:
    contact = await xero.contact()
    invoice, note = await xero.invoice(contact), await xero.credit_note(contact)
    for amount in amounts:
        assert (await xero.allocate(note, invoice, amount)).status_code == 200

    credited, applied = await xero.now(invoice), await now(xero, note)

    assert (credited["AmountDue"], credited["Status"]) == (due, invoice_status)
    assert credited["AmountCredited"] == sum(amounts)
    assert (applied["RemainingCredit"], applied["Status"]) == (left, note_status)
    assert [each["AppliedAmount"] for each in credited["CreditNotes"]] == amounts


async def test_an_allocation_is_taken_off_again(xero: Desk) -> None:
    contact = await xero.contact()
    invoice, note = await xero.invoice(contact), await xero.credit_note(contact)
    allocation = only(await xero.allocate(note, invoice, 100), "Allocations")
    path = f"/CreditNotes/{note['CreditNoteID']}/Allocations/{allocation['AllocationID']}"

    answer = await xero.http.delete(API + path)

    assert answer.json()["IsDeleted"] is True
    assert (await xero.now(invoice))["AmountDue"] == 100
    assert (await now(xero, note))["Status"] == "AUTHORISED"


async def test_what_is_applied_closes_the_note(xero: Desk) -> None:
    contact = await xero.contact()
    invoice, note = await xero.invoice(contact), await xero.credit_note(contact)
    await xero.allocate(note, invoice, 30)

    assert refusals(await post(xero, note, Reference="new")) == [ALLOCATED]
    assert refusals(await post(xero, note, Status="VOIDED")) == [NOT_MODIFIABLE, ALLOCATED]
    assert refusals(await xero.post(f"/Invoices/{invoice['InvoiceID']}", {"Status": "VOIDED"}))[
        1
    ] == (ALLOCATED)


async def test_a_free_note_is_edited_and_voided(xero: Desk) -> None:
    note = await xero.credit_note(await xero.contact())

    assert only(await post(xero, note, Reference="new"), "CreditNotes")["Reference"] == "new"
    assert only(await post(xero, note, Status="VOIDED"), "CreditNotes")["Status"] == "VOIDED"
    assert refusals(await post(xero, note, Status="VOIDED")) == [NOT_MODIFIABLE]


@pytest.mark.parametrize(
    ("note", "invoice", "amount", "sentence"),
    [
        ({}, {"LineItems": [{**LINE, "UnitAmount": 1000}]}, 100.01, TOO_MUCH),
        ({}, {}, 0, "The allocation amount must be greater than zero."),
        ({"Status": "DRAFT"}, {}, 10, TOO_MUCH),
        ({}, {"Status": "DRAFT"}, 10, "can only be allocated to an Authorised invoice"),
        ({}, {"LineItems": [{**LINE, "UnitAmount": 5}]}, 10, TOO_MUCH),
        ({}, {"Type": "ACCPAY"}, 10, "cannot be allocated to an incorrect invoice type"),
        ({}, {"CurrencyCode": "USD"}, 10, "of another contact or currency"),
    ],
)
async def test_an_allocation_that_doesn_t_pass(
    xero: Desk, note: Json, invoice: Json, amount: float, sentence: str
) -> None:
    contact = await xero.contact()
    document = await xero.invoice(contact, **invoice)
    credit = await xero.credit_note(contact, **note)

    assert any(sentence in each for each in refusals(await xero.allocate(credit, document, amount)))


async def test_credit_of_one_contact_is_not_set_against_another_s(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact("A"))
    note = await xero.credit_note(await xero.contact("B"))

    assert "another contact" in refusals(await xero.allocate(note, invoice, 10))[0]


async def test_a_paid_invoice_takes_no_credit(xero: Desk) -> None:
    contact = await xero.contact()
    invoice, note = await xero.invoice(contact), await xero.credit_note(contact)
    await xero.pay(invoice, 100)

    assert refusals(await xero.allocate(note, invoice, 10)) == [PAID_OFF]


async def test_a_vendor_credit_is_set_against_a_bill(xero: Desk) -> None:
    contact = await xero.contact()
    bill = await xero.invoice(contact, Type="ACCPAY")
    credit = await xero.credit_note(contact, Type="ACCPAYCREDIT")

    await xero.allocate(credit, bill, 100)

    assert (await xero.now(bill))["Status"] == "PAID"


async def test_an_allocation_without_a_date_has_the_later_document_s(xero: Desk) -> None:
    contact = await xero.contact()
    invoice = await xero.invoice(contact, Date="2026-06-01")
    note = await xero.credit_note(contact, Date="2026-06-05")
    bare = {"Amount": 10, "Invoice": {"InvoiceID": invoice["InvoiceID"]}}

    answer = await xero.put(f"/CreditNotes/{note['CreditNoteID']}/Allocations", bare)

    assert only(answer, "Allocations")["Date"] == "/Date(1780617600000+0000)/"
