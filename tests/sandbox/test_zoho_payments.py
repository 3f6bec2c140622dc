"""Payments received and made: shares, what is unused, and what hangs on them."""

import pytest

from tests.sandbox.zoho_desk import Desk

NOT_NOW = 4000


async def test_one_payment_settles_several_invoices(zoho: Desk) -> None:
    customer = await zoho.contact()
    first, second = [await zoho.invoice(customer) for _ in range(2)]

    payment = await zoho.pay(customer, 150, (first["invoice_id"], 100), (second["invoice_id"], 30))

    assert payment["unused_amount"] == 20
    assert len({share["invoice_payment_id"] for share in payment["invoices"]}) == 2


async def test_a_share_keeps_its_id_through_an_edit(zoho: Desk) -> None:
    customer = await zoho.contact()
    invoice = await zoho.invoice(customer)
    payment = await zoho.pay(customer, 50, (invoice["invoice_id"], 50))
    rows = [{"invoice_id": invoice["invoice_id"], "amount_applied": 70}]

    edited = await zoho.do(
        "PUT", f"/customerpayments/{payment['payment_id']}", {"amount": 70, "invoices": rows}
    )

    before, after = payment["invoices"][0], edited["payment"]["invoices"][0]
    assert after["invoice_payment_id"] == before["invoice_payment_id"]
    assert (after["amount_applied"], after["balance"]) == (70, 30)


async def test_one_share_taken_off_leaves_the_payment_alive(zoho: Desk) -> None:
    customer = await zoho.contact()
    invoice = await zoho.invoice(customer)
    payment = await zoho.pay(customer, 50, (invoice["invoice_id"], 50))
    share = payment["invoices"][0]["invoice_payment_id"]

    await zoho.do("DELETE", f"/invoices/{invoice['invoice_id']}/payments/{share}")

    after = await zoho.read(f"/customerpayments/{payment['payment_id']}", "payment")
    assert (after["invoices"], after["unused_amount"]) == ([], 50)


async def test_what_is_unused_can_be_applied_later(zoho: Desk) -> None:
    customer = await zoho.contact()
    payment = await zoho.pay(customer, 50)
    invoice = await zoho.invoice(customer)
    one = f"/invoices/{invoice['invoice_id']}"

    rows = [{"payment_id": payment["payment_id"], "amount_applied": 50}]
    await zoho.do("POST", f"{one}/credits", {"invoice_payments": rows})

    (shown,) = (await zoho.get(f"{one}/payments"))["payments"]
    assert (shown["payment_id"], shown["amount"]) == (payment["payment_id"], 50)


@pytest.mark.parametrize(("amount", "share"), [(200, 101), (10, 20)])
async def test_no_share_is_above_what_is_owed_or_paid(zoho: Desk, amount: int, share: int) -> None:
    customer = await zoho.contact()
    invoice = await zoho.invoice(customer)
    body = {
        "customer_id": customer,
        "payment_mode": "cash",
        "amount": amount,
        "invoices": [{"invoice_id": invoice["invoice_id"], "amount_applied": share}],
    }

    assert await zoho.refused("POST", "/customerpayments", body) == NOT_NOW
    assert (await zoho.get("/customerpayments"))["customerpayments"] == []


async def test_nobody_pays_a_draft_or_anothers_invoice(zoho: Desk) -> None:
    customer, other = await zoho.contact(), await zoho.contact("Other")
    draft, foreign = await zoho.invoice(customer, sent=False), await zoho.invoice(other)

    for invoice in (draft, foreign):
        rows = [{"invoice_id": invoice["invoice_id"], "amount_applied": 1}]
        body = {"customer_id": customer, "payment_mode": "cash", "amount": 1, "invoices": rows}
        assert await zoho.refused("POST", "/customerpayments", body) == NOT_NOW


async def test_payments_made_are_in_books_alone_and_on_the_bill(zoho: Desk) -> None:
    vendor = await zoho.vendor()
    bill = await zoho.bill(vendor)
    rows = [{"bill_id": bill["bill_id"], "amount_applied": 100}]
    body = {"vendor_id": vendor, "payment_mode": "Cash", "amount": 120, "bills": rows}

    made = await zoho.do("POST", "/vendorpayments", body, api="/books/v3")

    payment = made["vendorpayment"]
    (share,) = payment["bills"]
    (seen,) = (await zoho.read(f"/bills/{bill['bill_id']}", "bill"))["payments"]
    assert (payment["balance"], share["balance"]) == (20, 0)
    assert (seen["bill_payment_id"], seen["amount"]) == (share["bill_payment_id"], 100)
    assert await zoho.refused("POST", "/vendorpayments", body) == 5


async def test_a_deleted_payment_opens_its_bill_again(zoho: Desk) -> None:
    vendor = await zoho.vendor()
    bill = await zoho.bill(vendor)
    rows = [{"bill_id": bill["bill_id"], "amount_applied": 100}]
    body = {"vendor_id": vendor, "payment_mode": "Cash", "amount": 100, "bills": rows}
    made = await zoho.do("POST", "/vendorpayments", body, api="/books/v3")
    paid = await zoho.read(f"/bills/{bill['bill_id']}", "bill")

    one = f"/vendorpayments/{made['vendorpayment']['payment_id']}"
    await zoho.do("DELETE", one, api="/books/v3")

    after = await zoho.read(f"/bills/{bill['bill_id']}", "bill")
    assert (paid["status"], after["status"], after["balance"]) == ("paid", "open", 100)
