"""Credit notes and vendor credits: applied, taken off, refunded, deleted."""

from typing import Any

import pytest

from tests.sandbox.zoho_desk import BANK, Desk, Json

NOT_NOW, MISSING = 4000, 1002


async def credit_note(zoho: Desk, customer: str, **fields: Any) -> Json:
    body = {"customer_id": customer, "line_items": [{"rate": 80}]}
    note: Json = (await zoho.do("POST", "/creditnotes", body | fields))["creditnote"]
    return note


async def vendor_credit(zoho: Desk, vendor: str) -> Json:
    body = {"vendor_id": vendor, "line_items": [{"rate": 80}]}
    credit: Json = (await zoho.do("POST", "/vendorcredits", body))["vendor_credit"]
    return credit


async def test_a_credit_note_is_open_unless_it_is_a_draft(zoho: Desk) -> None:
    customer = await zoho.contact()
    note, draft = (
        await credit_note(zoho, customer),
        await credit_note(zoho, customer, is_draft=True),
    )

    await zoho.do("POST", f"/creditnotes/{draft['creditnote_id']}/converttoopen")

    after = await zoho.read(f"/creditnotes/{draft['creditnote_id']}", "creditnote")
    assert (note["status"], draft["status"], after["status"]) == ("open", "draft", "open")


async def test_an_applied_credit_is_spelt_otherwise_on_each_side(zoho: Desk) -> None:
    customer = await zoho.contact()
    note, invoice = await credit_note(zoho, customer), await zoho.invoice(customer)
    path = f"/creditnotes/{note['creditnote_id']}"
    rows = [{"invoice_id": invoice["invoice_id"], "amount_applied": 80}]

    await zoho.do("POST", f"{path}/invoices", {"invoices": rows})

    after = await zoho.read(path, "creditnote")
    (mine,) = after["invoices_credited"]
    (theirs,) = (await zoho.get(f"/invoices/{invoice['invoice_id']}/creditsapplied"))["credits"]
    assert (after["status"], after["balance"], after["total_credits_used"]) == ("closed", 0, 80)
    assert mine["creditnote_invoice_id"] == theirs["creditnotes_invoice_id"]
    shown = await zoho.read(f"/invoices/{invoice['invoice_id']}", "invoice")
    assert (shown["credits_applied"], shown["credits_associated"]) == (80, [])


@pytest.mark.parametrize("by_note", [True, False])
async def test_a_credit_is_taken_off_from_either_side(zoho: Desk, by_note: bool) -> None:
    customer = await zoho.contact()
    note, invoice = await credit_note(zoho, customer), await zoho.invoice(customer)
    path, other = f"/creditnotes/{note['creditnote_id']}", f"/invoices/{invoice['invoice_id']}"
    rows = [{"creditnote_id": note["creditnote_id"], "amount_applied": 30}]
    await zoho.do("POST", f"{other}/credits", {"apply_creditnotes": rows})
    (link,) = (await zoho.read(path, "creditnote"))["invoices_credited"]
    link_id = link["creditnote_invoice_id"]

    await zoho.do(
        "DELETE", f"{path}/invoices/{link_id}" if by_note else f"{other}/creditsapplied/{link_id}"
    )

    assert (await zoho.read(path, "creditnote"))["balance"] == 80
    assert (await zoho.read(other, "invoice"))["balance"] == 100


async def test_credits_are_applied_all_or_none(zoho: Desk) -> None:
    customer = await zoho.contact()
    note = await credit_note(zoho, customer)
    invoices = [await zoho.invoice(customer) for _ in range(2)]
    rows = [{"invoice_id": each["invoice_id"], "amount_applied": 50} for each in invoices]
    path = f"/creditnotes/{note['creditnote_id']}"

    assert await zoho.refused("POST", f"{path}/invoices", {"invoices": rows}) == NOT_NOW
    assert (await zoho.read(path, "creditnote"))["invoices_credited"] == []


async def test_a_vendor_credits_row_bears_the_bills_date(zoho: Desk) -> None:
    vendor = await zoho.vendor()
    bill = await zoho.bill(vendor, date="2026-05-01")
    credit = await vendor_credit(zoho, vendor)
    path = f"/vendorcredits/{credit['vendor_credit_id']}"
    rows = [{"bill_id": bill["bill_id"], "amount_applied": 80}]

    await zoho.do("POST", f"{path}/bills", {"bills": rows})

    (mine,) = (await zoho.read(path, "vendor_credit"))["bills_credited"]
    (theirs,) = (await zoho.read(f"/bills/{bill['bill_id']}", "bill"))["vendor_credits"]
    assert (mine["date"], theirs["date"]) == ("2026-05-01", "2026-06-15")
    assert mine["vendor_credit_bill_id"] == theirs["vendor_credit_bill_id"]


async def test_an_applied_credit_can_be_deleted_and_frees_its_document(zoho: Desk) -> None:
    vendor = await zoho.vendor()
    bill, credit = await zoho.bill(vendor), await vendor_credit(zoho, vendor)
    path = f"/vendorcredits/{credit['vendor_credit_id']}"
    rows = [{"bill_id": bill["bill_id"], "amount_applied": 80}]
    await zoho.do("POST", f"{path}/bills", {"bills": rows})

    await zoho.do("DELETE", path)

    assert (await zoho.read(f"/bills/{bill['bill_id']}", "bill"))["balance"] == 100
    assert await zoho.refused("GET", path) == MISSING


async def test_a_refund_lives_on_its_credit_alone(zoho: Desk) -> None:
    note = await credit_note(zoho, await zoho.contact())
    path = f"/creditnotes/{note['creditnote_id']}"
    body = {"refund_mode": "cash", "amount": 30, "from_account_id": BANK}

    made = (await zoho.do("POST", f"{path}/refunds", body))["creditnote_refund"]
    one = f"{path}/refunds/{made['creditnote_refund_id']}"
    await zoho.do("PUT", one, {"amount": 50})
    after = await zoho.read(path, "creditnote")
    await zoho.do("DELETE", one)

    assert "account_id" not in made
    assert (after["total_refunded_amount"], after["balance"]) == (50, 30)
    assert after["creditnote_refunds"][0]["amount_fcy"] == 50
    assert (await zoho.read(path, "creditnote"))["balance"] == 80


async def test_a_vendor_credits_refund_tells_its_account(zoho: Desk) -> None:
    credit = await vendor_credit(zoho, await zoho.vendor())
    path = f"/vendorcredits/{credit['vendor_credit_id']}/refunds"
    body = {"refund_mode": "cash", "amount": 30, "account_id": BANK}

    made = (await zoho.do("POST", path, body))["vendor_credit_refund"]
    rows = (await zoho.get("/vendorcredits/refunds"))["vendor_credit_refunds"]

    assert made["account_id"] == BANK
    assert [row["vendor_credit_refund_id"] for row in rows] == [made["vendor_credit_refund_id"]]


async def test_a_credit_gives_no_more_than_it_has(zoho: Desk) -> None:
    customer = await zoho.contact()
    note, invoice = await credit_note(zoho, customer), await zoho.invoice(customer)
    path = f"/creditnotes/{note['creditnote_id']}"
    await zoho.do("POST", f"{path}/refunds", {"refund_mode": "cash", "amount": 50})
    rows = [{"invoice_id": invoice["invoice_id"], "amount_applied": 31}]

    assert await zoho.refused("POST", f"{path}/invoices", {"invoices": rows}) == NOT_NOW
    assert await zoho.refused("POST", f"{path}/void") == NOT_NOW
    assert await zoho.refused("DELETE", path) == NOT_NOW
