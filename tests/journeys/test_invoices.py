"""Invoices, from Zoho's screen to Xero's ledger (A2, A3, A4), each restriction both ways."""

import pytest

from tests.journeys import clerk
from tests.journeys.house import House
from tests.journeys.reading import decided, linked, living, rows, the, withheld

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a2_an_invoice_that_is_sent_stands_in_xero_authorised(
    office: House, customer: str
) -> None:
    invoice = await clerk.invoice(office, customer, 100)
    await office.settled()

    held = await the(office, "invoices", InvoiceNumber=invoice["invoice_number"])
    assert (held["Type"], held["Status"], held["Total"]) == ("ACCREC", "AUTHORISED", "115.00")
    assert await decided(office, "invoice", invoice["invoice_id"]) == ["A2 applied"]


async def test_a2_a_draft_waits_in_zoho_until_it_is_sent(office: House, customer: str) -> None:
    draft = await clerk.draft_invoice(office, customer)
    await office.settled()
    invoice_id = draft["invoice_id"]
    assert "draft" in await withheld(office, "invoice", invoice_id, "A2")
    assert await rows(office, "invoices", InvoiceNumber=draft["invoice_number"]) == []

    await office.zoho("POST", f"/invoices/{invoice_id}/status/sent")
    await office.settled()

    await the(office, "invoices", InvoiceNumber=draft["invoice_number"])
    assert await decided(office, "invoice", invoice_id) == ["A2 withheld", "A2 applied"]


async def test_a2_an_invoice_waits_for_its_approval(office: House, customer: str) -> None:
    draft = await clerk.draft_invoice(office, customer)
    invoice_id = draft["invoice_id"]
    await office.zoho("POST", f"/invoices/{invoice_id}/submit")
    await office.settled()
    assert "approval" in await withheld(office, "invoice", invoice_id, "A2")

    await office.zoho("POST", f"/invoices/{invoice_id}/approve")
    await office.settled()

    await the(office, "invoices", InvoiceNumber=draft["invoice_number"])


async def test_a3_a_changed_invoice_is_changed_in_xero(office: House, customer: str) -> None:
    invoice = await clerk.invoice(office, customer, 100)
    await office.settled()

    path = f"/invoices/{invoice['invoice_id']}"
    await office.zoho("PUT", path, line_items=[clerk.line(60, 2)])
    await office.settled()

    held = await the(office, "invoices", InvoiceNumber=invoice["invoice_number"])
    assert held["Total"] == "138.00"
    decisions = await decided(office, "invoice", invoice["invoice_id"])
    assert decisions == ["A2 applied", "A3 applied"]


async def test_a3_a_change_of_a_paid_invoice_waits_until_the_payment_is_deleted(
    office: House, customer: str
) -> None:
    invoice = await clerk.invoice(office, customer, 100)
    payment = await clerk.pay(office, invoice, 20)
    await office.settled()
    invoice_id, number = invoice["invoice_id"], invoice["invoice_number"]
    await office.zoho("PUT", f"/invoices/{invoice_id}", line_items=[clerk.line(200)])
    await office.settled()
    assert "has payments" in await withheld(office, "invoice", invoice_id, "A3")
    assert (await the(office, "invoices", InvoiceNumber=number))["Total"] == "115.00"

    await office.zoho("DELETE", f"/customerpayments/{payment['payment_id']}")
    await office.settled()

    held = await the(office, "invoices", InvoiceNumber=number)
    assert (held["Total"], held["AmountDue"]) == ("230.00", "230.00")
    assert (await decided(office, "invoice", invoice_id))[-1] == "A3 applied"


async def test_a3_a_change_of_a_credited_invoice_waits_until_the_credit_is_taken_off(
    office: House, customer: str
) -> None:
    invoice = await clerk.invoice(office, customer, 100)
    note = await clerk.credit_note(office, customer, 10)
    await clerk.apply_credit(office, note, invoice, 5)
    await office.settled()
    invoice_id = invoice["invoice_id"]
    await office.zoho("PUT", f"/invoices/{invoice_id}", line_items=[clerk.line(200)])
    await office.settled()
    assert "Credits are applied" in await withheld(office, "invoice", invoice_id, "A3")

    await clerk.take_off(office, note)
    await office.settled()

    held = await the(office, "invoices", InvoiceNumber=invoice["invoice_number"])
    assert (held["Total"], held["AmountDue"]) == ("230.00", "230.00")


async def test_a3_a_change_of_a_written_off_invoice_waits_until_that_is_cancelled(
    office: House, customer: str
) -> None:
    invoice = await clerk.invoice(office, customer, 100)
    invoice_id = invoice["invoice_id"]
    await office.zoho("POST", f"/invoices/{invoice_id}/writeoff")
    await office.settled()
    await office.zoho("PUT", f"/invoices/{invoice_id}", line_items=[clerk.line(200)])
    await office.settled()
    assert "written off" in await withheld(office, "invoice", invoice_id, "A3")

    await office.zoho("POST", f"/invoices/{invoice_id}/writeoff/cancel")
    await office.settled()

    held = await the(office, "invoices", InvoiceNumber=invoice["invoice_number"])
    assert (held["Total"], held["AmountDue"]) == ("230.00", "230.00")


@pytest.mark.parametrize("body", ["json", "id_only", "empty"])
async def test_a4_a_deleted_invoice_is_void_in_xero_even_if_an_id_is_all_that_zoho_tells(
    office: House, customer: str, body: str
) -> None:
    await office.control("zoho/settings", {"delete_body": body})
    invoice = await clerk.invoice(office, customer)
    await office.settled()

    await office.zoho("DELETE", f"/invoices/{invoice['invoice_id']}")
    await office.settled()

    (held,) = await rows(office, "invoices", InvoiceNumber=invoice["invoice_number"])
    assert held["Status"] == "VOIDED"
    decisions = await decided(office, "invoice", invoice["invoice_id"])
    assert decisions == ["A2 applied", "A4 applied"]


async def test_a4_a_void_invoice_that_is_opened_again_is_a_new_one_with_a_suffix(
    office: House, customer: str
) -> None:
    invoice = await clerk.invoice(office, customer)
    await office.settled()
    invoice_id, number = invoice["invoice_id"], invoice["invoice_number"]
    for held_as in (f"{number}-2", f"{number}-3"):
        await office.zoho("POST", f"/invoices/{invoice_id}/status/void")
        await office.settled()
        assert await living(office, "invoices", InvoiceNumber=number) == []
        await office.zoho("POST", f"/invoices/{invoice_id}/status/draft")
        await office.zoho("POST", f"/invoices/{invoice_id}/status/sent")
        await office.settled()

        held = await the(office, "invoices", InvoiceNumber=held_as)
        assert held["InvoiceID"] == await linked(office, "invoice", invoice_id)
        history = await office.history("invoice", invoice_id)
        assert held_as in history["decisions"][-1]["reason"]


async def test_a4_a_written_off_invoice_that_is_voided_is_looked_at_when_that_is_cancelled(
    office: House, customer: str
) -> None:
    invoice = await clerk.invoice(office, customer)
    invoice_id, number = invoice["invoice_id"], invoice["invoice_number"]
    await office.zoho("POST", f"/invoices/{invoice_id}/writeoff")
    await office.settled()
    await office.zoho("POST", f"/invoices/{invoice_id}/status/void")
    await office.settled()
    assert "written off" in await withheld(office, "invoice", invoice_id, "A4")
    assert (await the(office, "invoices", InvoiceNumber=number))["Status"] == "PAID"

    await office.zoho("POST", f"/invoices/{invoice_id}/writeoff/cancel")
    await office.settled()

    assert await living(office, "invoices", InvoiceNumber=number) == []
    assert await living(office, "credit_notes", CreditNoteNumber=f"WO-{number}") == []
    assert (await decided(office, "invoice", invoice_id))[-2:] == ["A5 undo applied", "A4 applied"]


async def test_a4_a_credited_invoice_that_is_voided_stays_until_the_credit_is_off(
    office: House, customer: str
) -> None:
    await office.control("zoho/settings", {"void_unlinks": False})
    invoice = await clerk.invoice(office, customer)
    note = await clerk.credit_note(office, customer, 10)
    await clerk.apply_credit(office, note, invoice, 5)
    await office.settled()
    path = f"/invoices/{invoice['invoice_id']}/status"
    await office.zoho("POST", f"{path}/void")
    await office.settled()
    assert "Credits are applied" in await withheld(office, "invoice", invoice["invoice_id"], "A4")
    await the(office, "invoices", InvoiceNumber=invoice["invoice_number"])

    for status in ("draft", "sent"):
        await office.zoho("POST", f"{path}/{status}")
    await clerk.take_off(office, note)
    await office.settled()
    await office.zoho("POST", f"{path}/void")
    await office.settled()

    assert await living(office, "invoices", InvoiceNumber=invoice["invoice_number"]) == []


async def test_a4_an_invoice_with_a_payment_that_is_voided_loses_the_payment_first(
    office: House, customer: str
) -> None:
    invoice = await clerk.invoice(office, customer)
    payment = await clerk.pay(office, invoice, 20)
    await office.settled()

    await office.zoho("POST", f"/invoices/{invoice['invoice_id']}/status/void")
    await office.settled()

    assert await living(office, "invoices", InvoiceNumber=invoice["invoice_number"]) == []
    share = payment["invoices"][0]["invoice_payment_id"]
    assert await living(office, "payments", Reference=f"ZI-PMT-{share}") == []
    unused = await withheld(office, "customer_payment", payment["payment_id"], "A6")
    assert unused.startswith("20 CAD of the payment is not used yet")


@pytest.mark.parametrize("end", ["void", "delete"])
async def test_a4_a_draft_that_ends_without_ever_having_been_exported_asks_nothing_of_xero(
    office: House, customer: str, end: str
) -> None:
    draft = await clerk.draft_invoice(office, customer)
    await office.settled()
    path = f"/invoices/{draft['invoice_id']}"
    await (
        office.zoho("POST", f"{path}/status/void") if end == "void" else office.zoho("DELETE", path)
    )
    await office.settled()

    assert "never exported" in await withheld(office, "invoice", draft["invoice_id"], "A4")
    assert await rows(office, "invoices", InvoiceNumber=draft["invoice_number"]) == []
