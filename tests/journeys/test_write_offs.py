"""Write-offs, from Zoho's screen to Xero's ledger (A5), and their cancelling."""

import pytest

from tests.journeys import clerk
from tests.journeys.house import House
from tests.journeys.reading import decided, living, the

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a5_what_is_written_off_is_a_credit_note_set_against_the_invoice(
    office: House, customer: str
) -> None:
    invoice = await clerk.invoice(office, customer, 100)
    await clerk.pay(office, invoice, 15)
    await office.settled()

    await office.zoho("POST", f"/invoices/{invoice['invoice_id']}/writeoff")
    await office.settled()

    number = invoice["invoice_number"]
    note = await the(office, "credit_notes", CreditNoteNumber=f"WO-{number}")
    held = await the(office, "invoices", InvoiceNumber=number)
    assert (note["Total"], note["TotalTax"], note["RemainingCredit"]) == ("100.00", "0.00", "0.00")
    assert [row["AccountCode"] for row in note["LineItems"]] == ["460"]
    assert (held["Status"], held["AmountPaid"], held["AmountCredited"]) == (
        "PAID",
        "15.00",
        "100.00",
    )


async def test_a5_a_write_off_that_is_cancelled_leaves_the_invoice_open(
    office: House, customer: str
) -> None:
    invoice = await clerk.invoice(office, customer, 100)
    invoice_id, number = invoice["invoice_id"], invoice["invoice_number"]
    await office.zoho("POST", f"/invoices/{invoice_id}/writeoff")
    await office.settled()

    await office.zoho("POST", f"/invoices/{invoice_id}/writeoff/cancel")
    await office.settled()

    held = await the(office, "invoices", InvoiceNumber=number)
    assert (held["Status"], held["AmountDue"]) == ("AUTHORISED", "115.00")
    assert await living(office, "credit_notes", CreditNoteNumber=f"WO-{number}") == []
    assert await decided(office, "invoice", invoice_id) == [
        "A2 applied",
        "A5 applied",
        "A5 undo applied",
    ]


async def test_a5_an_invoice_is_written_off_a_second_time_under_a_number_with_a_suffix(
    office: House, customer: str
) -> None:
    invoice = await clerk.invoice(office, customer, 100)
    path, number = f"/invoices/{invoice['invoice_id']}/writeoff", invoice["invoice_number"]
    for step in (path, f"{path}/cancel", path):
        await office.zoho("POST", step)
        await office.settled()

    note = await the(office, "credit_notes", CreditNoteNumber=f"WO-{number}-2")
    assert note["Total"] == "115.00"


async def test_a5_another_amount_is_written_off(office: House, customer: str) -> None:
    invoice = await clerk.invoice(office, customer, 100)
    payment = await clerk.pay(office, invoice, 15)
    path, number = f"/invoices/{invoice['invoice_id']}/writeoff", invoice["invoice_number"]
    await office.zoho("POST", path)
    await office.settled()

    # Nothing tells of the moment between: only that 115.00 are written off, no longer 100.00.
    await office.silence("invoice.*")
    await office.zoho("POST", f"{path}/cancel")
    await office.zoho("DELETE", f"/customerpayments/{payment['payment_id']}")
    await office.silence()
    await office.zoho("POST", path)
    await office.settled()

    note = await the(office, "credit_notes", CreditNoteNumber=f"WO-{number}")
    held = await the(office, "invoices", InvoiceNumber=number)
    assert (note["Total"], held["Status"], held["AmountCredited"]) == ("115.00", "PAID", "115.00")
