"""Xero's side compared with what it was asked to hold: every difference is found, no other."""

import pytest

from tests.journeys import clerk
from tests.journeys.auditor import Auditor, short

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_amount_edited_in_xero(auditor: Auditor, buyer: str) -> None:
    invoice = await clerk.invoice(auditor.stage, buyer)
    await auditor.settled()
    number, zoho_id = invoice["invoice_number"], invoice["invoice_id"]
    xero_id = await auditor.linked(f"invoice:{zoho_id}")
    line = {"Description": "Other", "Quantity": 1, "UnitAmount": 90, "AccountCode": "200"}
    change = {"LineItems": [{**line, "TaxType": "NONE"}]}
    await auditor.xero("POST", f"/Invoices/{xero_id}", {"InvoiceID": xero_id, **change})

    (row,) = await auditor.compare()

    assert (row["entity"], row["zoho_id"], row["number"]) == ("invoice", zoho_id, number)
    assert (row["kind"], row["field"], row["zoho"], row["xero"]) == (
        *("different", "total", "115.00", "90.00"),
    )
    assert [each["field"] for each in row["fields"]] == ["total", "amount_due"]
    assert "was changed in Xero" in row["reason"]


async def test_a_document_voided_in_xero(auditor: Auditor, supplier: str) -> None:
    bill = await clerk.bill(auditor.stage, supplier, "B-1")
    await auditor.settled()
    xero_id = await auditor.linked(f"bill:{bill['bill_id']}")
    await auditor.xero("POST", f"/Invoices/{xero_id}", {"Status": "VOIDED"})

    rows = await auditor.compare()

    assert short(rows) == {("bill", bill["bill_id"], "different", "status")}
    assert rows[0]["xero"] == "VOIDED"


async def test_a_payment_deleted_in_xero(auditor: Auditor, buyer: str) -> None:
    invoice = await clerk.invoice(auditor.stage, buyer)
    payment = await clerk.pay(auditor.stage, invoice, 40)
    await auditor.settled()
    share = await auditor.share(payment["payment_id"])
    await auditor.xero("POST", f"/Payments/{share}", {"Status": "DELETED"})

    rows = await auditor.compare()

    assert short(rows) == {
        ("customer_payment", payment["payment_id"], "missing", "amount"),
        ("invoice", invoice["invoice_id"], "different", "amount_due"),
    }
    reasons = {row["entity"]: row["reason"] for row in rows}
    assert "taken out of Xero" in reasons["customer_payment"]
    assert f"customer payment {payment['payment_number']} is missing" in reasons["invoice"]


async def test_a_payment_that_xero_holds_twice(auditor: Auditor, buyer: str) -> None:
    invoice = await clerk.invoice(auditor.stage, buyer)
    payment = await clerk.pay(auditor.stage, invoice, 40)
    await auditor.settled()
    (ours,) = (
        await auditor.xero("GET", f"/Payments/{await auditor.share(payment['payment_id'])}")
    )["Payments"]
    twin = {name: ours[name] for name in ("Amount", "Reference")}
    target = {"Invoice": {"InvoiceID": ours["Invoice"]["InvoiceID"]}, "Account": {"Code": "090"}}
    await auditor.xero("PUT", "/Payments", {"Payments": [{**twin, **target}]})

    assert short(await auditor.compare()) == {
        ("customer_payment", payment["payment_id"], "extra", "total"),
        ("invoice", invoice["invoice_id"], "different", "amount_due"),
    }


async def test_a_payment_that_a_person_entered_in_xero(auditor: Auditor, buyer: str) -> None:
    invoice = await clerk.invoice(auditor.stage, buyer)
    await auditor.settled()
    target = {"InvoiceID": await auditor.linked(f"invoice:{invoice['invoice_id']}")}
    by_hand = {"Invoice": target, "Account": {"Code": "090"}, "Amount": 15, "Reference": "cash"}
    await auditor.xero("PUT", "/Payments", {"Payments": [by_hand]})

    (row,) = await auditor.compare()

    assert (row["field"], row["zoho"], row["xero"]) == ("amount_due", "115.00", "100.00")
    assert "a payment of 15.00 was entered in Xero" in row["reason"]


async def test_what_others_entered_in_xero_counts_on_the_sales_side_only(
    auditor: Auditor, buyer: str
) -> None:
    await clerk.invoice(auditor.stage, buyer)
    await auditor.settled()
    contact = {"ContactID": await auditor.linked(f"contact:{buyer}")}
    line = {"Description": "x", "Quantity": 1, "UnitAmount": 7, "AccountCode": "200"}
    common = {"Contact": contact, "Status": "AUTHORISED", "LineItems": [line]}
    numbers = {"ACCREC": "BY-HAND-1", "ACCPAY": "RENT-11"}
    given = [{"Type": kind, "InvoiceNumber": number, **common} for kind, number in numbers.items()]
    await auditor.xero("PUT", "/Invoices", {"Invoices": given})

    (row,) = await auditor.compare()

    assert (row["entity"], row["zoho_id"], row["number"], row["kind"]) == (
        *("invoice", "", "BY-HAND-1", "extra"),
    )


async def test_what_hangs_on_a_credit_note(auditor: Auditor, buyer: str) -> None:
    invoice = await clerk.invoice(auditor.stage, buyer)
    note = await clerk.credit_note(auditor.stage, buyer)
    await clerk.apply_credit(auditor.stage, note, invoice, 30)
    refund = await clerk.refund(auditor.stage, note, 20)
    await auditor.settled()
    zoho_id = note["creditnote_id"]
    xero_id = await auditor.linked(f"credit_note:{zoho_id}")
    paid_out = await auditor.linked(f"refund:{refund['creditnote_refund_id']}")
    await auditor.xero("POST", f"/Payments/{paid_out}", {"Status": "DELETED"})

    (row,) = await auditor.compare()
    assert (row["entity"], row["zoho_id"], row["kind"]) == ("credit_note", zoho_id, "different")
    assert {each["field"] for each in row["fields"]} == {"amount_due", "refund"}

    (shown,) = (await auditor.xero("GET", f"/CreditNotes/{xero_id}"))["CreditNotes"]
    allocation = shown["Allocations"][0]["AllocationID"]
    await auditor.xero("DELETE", f"/CreditNotes/{xero_id}/Allocations/{allocation}")

    rows = {row["entity"]: row for row in await auditor.compare()}
    fields = {each["field"] for each in rows["credit_note"]["fields"]}
    assert fields == {"amount_due", "refund", "allocation"}
    assert rows["invoice"]["field"] == "amount_due"


async def test_bank_charges_and_write_offs(auditor: Auditor, buyer: str) -> None:
    invoice = await clerk.invoice(auditor.stage, buyer)
    payment = await clerk.pay(auditor.stage, invoice, 40, bank_charges=2.5)
    await auditor.stage.zoho("POST", f"/invoices/{invoice['invoice_id']}/writeoff")
    await auditor.settled()
    charge = await auditor.linked(f"bank_charge:{payment['payment_id']}")
    await auditor.xero("POST", f"/BankTransactions/{charge}", {"Status": "DELETED"})
    note = await auditor.linked(f"write_off:{invoice['invoice_id']}")
    (shown,) = (await auditor.xero("GET", f"/CreditNotes/{note}"))["CreditNotes"]
    allocation = shown["Allocations"][0]["AllocationID"]
    await auditor.xero("DELETE", f"/CreditNotes/{note}/Allocations/{allocation}")

    rows = await auditor.compare()

    assert short(rows) == {
        ("customer_payment", payment["payment_id"], "different", "bank_charge"),
        ("invoice", invoice["invoice_id"], "different", "amount_due"),
    }
    (of_invoice,) = [row for row in rows if row["entity"] == "invoice"]
    assert {each["field"] for each in of_invoice["fields"]} == {"amount_due", "write_off"}


async def test_a_contact_renamed_in_xero(auditor: Auditor, buyer: str) -> None:
    await clerk.invoice(auditor.stage, buyer)
    await auditor.settled()
    xero_id = await auditor.linked(f"contact:{buyer}")
    change = {"ContactID": xero_id, "Name": f"Renamed {buyer}"}
    await auditor.xero("POST", "/Contacts", {"Contacts": [change]})

    assert short(await auditor.compare()) == {("contact", buyer, "different", "name")}


async def test_the_purchase_side(auditor: Auditor, supplier: str) -> None:
    bill = await clerk.bill(auditor.stage, supplier, "B-2")
    paid = await clerk.pay_bill(auditor.stage, bill, 25)
    credit = await clerk.vendor_credit(auditor.stage, supplier)
    await auditor.settled()
    share = await auditor.share(paid["payment_id"])
    await auditor.xero("POST", f"/Payments/{share}", {"Status": "DELETED"})
    xero_id = await auditor.linked(f"vendor_credit:{credit['vendor_credit_id']}")
    await auditor.xero("POST", f"/CreditNotes/{xero_id}", {"Status": "VOIDED"})

    assert short(await auditor.compare()) == {
        ("vendor_payment", paid["payment_id"], "missing", "amount"),
        ("bill", bill["bill_id"], "different", "amount_due"),
        ("vendor_credit", credit["vendor_credit_id"], "different", "status"),
    }
