"""Credit notes, from Zoho's screen to Xero's ledger (A16 to A19), each restriction both ways."""

import pytest

from tests.journeys import clerk
from tests.journeys.house import House
from tests.journeys.reading import applied, decided, living, rows, the, withheld

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a16_a_credit_note_that_is_entered_stands_in_xero_authorised(
    office: House, customer: str
) -> None:
    note = await clerk.credit_note(office, customer, 40)
    await office.settled()

    held = await the(office, "credit_notes", CreditNoteNumber=note["creditnote_number"])
    assert (held["Type"], held["Status"], held["Total"]) == ("ACCRECCREDIT", "AUTHORISED", "46.00")
    assert await decided(office, "credit_note", note["creditnote_id"]) == ["A16 applied"]


async def test_a16_a_draft_credit_note_waits_until_it_is_opened(
    office: House, customer: str
) -> None:
    note = await clerk.credit_note(office, customer, 40, is_draft=True)
    note_id, number = note["creditnote_id"], note["creditnote_number"]
    await office.settled()
    assert "draft" in await withheld(office, "credit_note", note_id, "A16")
    assert await rows(office, "credit_notes", CreditNoteNumber=number) == []

    await office.zoho("POST", f"/creditnotes/{note_id}/converttoopen")
    await office.settled()

    await the(office, "credit_notes", CreditNoteNumber=number)
    assert await decided(office, "credit_note", note_id) == ["A16 withheld", "A16 applied"]


async def test_a17_a_changed_credit_note_is_changed_in_xero(office: House, customer: str) -> None:
    note = await clerk.credit_note(office, customer, 40)
    await office.settled()

    path = f"/creditnotes/{note['creditnote_id']}"
    await office.zoho("PUT", path, line_items=[clerk.line(60)])
    await office.settled()

    held = await the(office, "credit_notes", CreditNoteNumber=note["creditnote_number"])
    assert held["Total"] == "69.00"
    decisions = await decided(office, "credit_note", note["creditnote_id"])
    assert decisions == ["A16 applied", "A17 applied"]


async def test_a18_credit_is_applied_to_two_invoices_and_taken_off_one_again(
    office: House, customer: str
) -> None:
    first = await clerk.invoice(office, customer, 100)
    second = await clerk.invoice(office, customer, 100)
    note = await clerk.credit_note(office, customer, 40)
    await clerk.apply_credit(office, note, first, 20)
    await clerk.apply_credit(office, note, second, 15)
    await office.settled()
    number = note["creditnote_number"]
    assert (await _left(office, number), await _due(office, first), await _due(office, second)) == (
        "11.00",
        "95.00",
        "100.00",
    )

    shown = await office.zoho("GET", f"/creditnotes/{note['creditnote_id']}")
    row = next(r for r in shown["invoices_credited"] if r["invoice_id"] == first["invoice_id"])
    link = row["creditnote_invoice_id"]
    await office.zoho("DELETE", f"/creditnotes/{note['creditnote_id']}/invoices/{link}")
    await office.settled()

    assert (await _left(office, number), await _due(office, first), await _due(office, second)) == (
        "31.00",
        "115.00",
        "100.00",
    )
    told = ("credit_note", note["creditnote_id"]), ("invoice", first["invoice_id"])
    assert await applied(office, "A18 undo", *told) == 1


async def test_a18_another_amount_is_applied(office: House, customer: str) -> None:
    invoice = await clerk.invoice(office, customer, 100)
    note = await clerk.credit_note(office, customer, 40)
    await clerk.apply_credit(office, note, invoice, 20)
    await office.settled()

    await clerk.take_off(office, note)
    await clerk.apply_credit(office, note, invoice, 35)
    await office.settled()

    assert (await _left(office, note["creditnote_number"]), await _due(office, invoice)) == (
        "11.00",
        "80.00",
    )


@pytest.mark.parametrize("end", ["void", "delete"])
async def test_a19_a_credit_note_that_ends_is_void_in_xero(
    office: House, customer: str, end: str
) -> None:
    note = await clerk.credit_note(office, customer, 40)
    await office.settled()

    await _end(office, note, end)

    (held,) = await rows(office, "credit_notes", CreditNoteNumber=note["creditnote_number"])
    assert held["Status"] == "VOIDED"
    decisions = await decided(office, "credit_note", note["creditnote_id"])
    assert decisions == ["A16 applied", "A19 applied"]


async def test_a19_an_applied_credit_note_that_is_deleted_stays_in_xero(
    office: House, customer: str
) -> None:
    invoice = await clerk.invoice(office, customer, 100)
    note = await clerk.credit_note(office, customer, 40)
    await clerk.apply_credit(office, note, invoice, 20)
    await office.settled()

    await office.silence("invoice.settle")
    await _end(office, note, "delete")

    reason = await withheld(office, "credit_note", note["creditnote_id"], "A19")
    assert reason == "The credit note is still applied: take its credits off in Zoho first."
    assert await _left(office, note["creditnote_number"]) == "26.00"
    assert await _due(office, invoice) == "95.00"


async def test_a19_a_credit_note_that_was_taken_off_first_is_void_in_xero(
    office: House, customer: str
) -> None:
    invoice = await clerk.invoice(office, customer, 100)
    note = await clerk.credit_note(office, customer, 40)
    await clerk.apply_credit(office, note, invoice, 20)
    await office.settled()

    await clerk.take_off(office, note)
    await _end(office, note, "void")

    number = note["creditnote_number"]
    assert await living(office, "credit_notes", CreditNoteNumber=number) == []
    assert await _due(office, invoice) == "115.00"


async def test_a19_a_void_credit_note_that_is_opened_again_is_a_new_one_with_a_suffix(
    office: House, customer: str
) -> None:
    note = await clerk.credit_note(office, customer, 40)
    await office.settled()
    await _end(office, note, "void")

    await office.zoho("POST", f"/creditnotes/{note['creditnote_id']}/converttoopen")
    await office.settled()

    held = await the(office, "credit_notes", CreditNoteNumber=f"{note['creditnote_number']}-2")
    assert held["Total"] == "46.00"


@pytest.mark.parametrize("end", ["void", "delete"])
async def test_a19_a_draft_that_ends_without_ever_having_been_exported_asks_nothing_of_xero(
    office: House, customer: str, end: str
) -> None:
    note = await clerk.credit_note(office, customer, 40, is_draft=True)
    await office.settled()

    await _end(office, note, end)

    reason = await withheld(office, "credit_note", note["creditnote_id"], "A19")
    assert "never exported" in reason
    number = note["creditnote_number"]
    assert await rows(office, "credit_notes", CreditNoteNumber=number) == []


async def _end(office: House, note: clerk.Document, end: str) -> None:
    path = f"/creditnotes/{note['creditnote_id']}"
    await (office.zoho("DELETE", path) if end == "delete" else office.zoho("POST", f"{path}/void"))
    await office.settled()


async def _left(office: House, number: str) -> str:
    held = await the(office, "credit_notes", CreditNoteNumber=number)
    return str(held["RemainingCredit"])


async def _due(office: House, invoice: clerk.Document) -> str:
    held = await the(office, "invoices", InvoiceNumber=invoice["invoice_number"])
    return str(held["AmountDue"])
