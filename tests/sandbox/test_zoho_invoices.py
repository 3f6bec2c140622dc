"""An invoice's life, and what Zoho refuses in it."""

import pytest

from tests.sandbox.zoho_desk import Desk

NOT_NOW, MISSING = 4000, 1002


async def test_a_new_invoice_is_a_draft_until_it_is_sent(zoho: Desk) -> None:
    invoice = await zoho.invoice(await zoho.contact(), sent=False)
    path = f"/invoices/{invoice['invoice_id']}"

    await zoho.do("POST", f"{path}/status/sent")

    assert invoice["status"] == "draft"
    assert (await zoho.read(path, "invoice"))["status"] == "sent"


async def test_approval_comes_before_sending_where_it_is_asked_for(zoho: Desk) -> None:
    invoice = await zoho.invoice(await zoho.contact(), sent=False)
    path = f"/invoices/{invoice['invoice_id']}"
    seen = []

    for step in ("submit", "approve", "status/sent"):
        await zoho.do("POST", f"{path}/{step}")
        seen.append((await zoho.read(path, "invoice"))["status"])

    assert seen == ["pending_approval", "approved", "sent"]


async def test_a_payment_moves_status_balance_and_time(zoho: Desk) -> None:
    customer = await zoho.contact()
    invoice = await zoho.invoice(customer, due_date="2026-07-15")
    path = f"/invoices/{invoice['invoice_id']}"
    zoho.clock.advance(60)

    await zoho.pay(customer, 40, (invoice["invoice_id"], 40))

    after = await zoho.read(path, "invoice")
    assert (after["status"], after["balance"], after["payment_made"]) == ("partially_paid", 60, 40)
    assert after["last_modified_time"] == "2026-06-15T12:01:00-0400"


async def test_overdue_hides_that_a_part_is_paid(zoho: Desk) -> None:
    customer = await zoho.contact()
    invoice = await zoho.invoice(customer, date="2026-05-01", due_date="2026-06-14")
    await zoho.pay(customer, 40, (invoice["invoice_id"], 40))

    after = await zoho.read(f"/invoices/{invoice['invoice_id']}", "invoice")

    assert (after["status"], after["balance"]) == ("overdue", 60)


async def test_a_void_invoice_keeps_its_balance_and_frees_its_payment(zoho: Desk) -> None:
    customer = await zoho.contact()
    invoice = await zoho.invoice(customer)
    payment = await zoho.pay(customer, 100, (invoice["invoice_id"], 100))
    path = f"/invoices/{invoice['invoice_id']}"

    await zoho.do("POST", f"{path}/status/void")

    after = await zoho.read(path, "invoice")
    freed = await zoho.read(f"/customerpayments/{payment['payment_id']}", "payment")
    assert (after["status"], after["balance"], after["payment_made"]) == ("void", 100, 0)
    assert (freed["invoices"], freed["unused_amount"]) == ([], 100)


async def test_voiding_may_also_leave_what_is_applied(zoho: Desk) -> None:
    await zoho.control("settings", {"void_unlinks": False})
    customer = await zoho.contact()
    invoice = await zoho.invoice(customer)
    await zoho.pay(customer, 100, (invoice["invoice_id"], 100))

    await zoho.do("POST", f"/invoices/{invoice['invoice_id']}/status/void")

    after = await zoho.read(f"/invoices/{invoice['invoice_id']}", "invoice")
    assert (after["status"], after["payment_made"], after["balance"]) == ("void", 100, 100)


async def test_a_void_invoice_comes_back_as_a_draft_under_its_number(zoho: Desk) -> None:
    invoice = await zoho.invoice(await zoho.contact())
    path = f"/invoices/{invoice['invoice_id']}"

    for status in ("void", "draft", "sent"):
        await zoho.do("POST", f"{path}/status/{status}")

    after = await zoho.read(path, "invoice")
    assert (after["status"], after["invoice_number"]) == ("sent", invoice["invoice_number"])


async def test_a_write_off_leaves_only_an_amount(zoho: Desk) -> None:
    invoice = await zoho.invoice(await zoho.contact())
    path = f"/invoices/{invoice['invoice_id']}"

    await zoho.do("POST", f"{path}/writeoff")
    off = await zoho.read(path, "invoice")
    await zoho.do("POST", f"{path}/writeoff/cancel")
    back = await zoho.read(path, "invoice")

    assert (off["status"], off["balance"], off["write_off_amount"]) == ("paid", 0, 100)
    assert (back["status"], back["balance"], back["write_off_amount"]) == ("sent", 100, 0)


async def test_an_edit_keeps_what_it_does_not_name(zoho: Desk) -> None:
    invoice = await zoho.invoice(await zoho.contact(), notes="Thanks")

    edited = await zoho.do(
        "PUT", f"/invoices/{invoice['invoice_id']}", {"reference_number": "PO-7"}
    )

    after = edited["invoice"]
    assert (after["notes"], after["reference_number"]) == ("Thanks", "PO-7")
    assert after["line_items"][0]["line_item_id"] == invoice["line_items"][0]["line_item_id"]


async def test_numbers_go_on_and_are_not_given_twice(zoho: Desk) -> None:
    customer = await zoho.contact()
    first = await zoho.invoice(customer)
    named = await zoho.invoice(customer, invoice_number="INV-000002")
    third = await zoho.invoice(customer)

    numbers = [each["invoice_number"] for each in (first, named, third)]

    assert numbers == ["INV-000001", "INV-000002", "INV-000003"]
    body = {"customer_id": customer, "invoice_number": "INV-000002", "line_items": [{"rate": 1}]}
    assert await zoho.refused("POST", "/invoices", body) == 1001


async def test_a_paid_or_credited_invoice_is_not_deleted(zoho: Desk) -> None:
    customer = await zoho.contact()
    invoice = await zoho.invoice(customer)
    payment = await zoho.pay(customer, 5, (invoice["invoice_id"], 5))
    path = f"/invoices/{invoice['invoice_id']}"

    assert await zoho.refused("DELETE", path) == NOT_NOW
    await zoho.do("DELETE", f"/customerpayments/{payment['payment_id']}")
    await zoho.do("DELETE", path)
    assert await zoho.refused("GET", path) == MISSING


@pytest.mark.parametrize(
    ("call", "path", "body"),
    [
        ("POST", "/status/sent", None),
        ("POST", "/writeoff", None),
        ("PUT", "", {"notes": "x"}),
    ],
)
async def test_a_void_invoice_can_only_become_a_draft(
    zoho: Desk, call: str, path: str, body: object
) -> None:
    invoice = await zoho.invoice(await zoho.contact())
    one = f"/invoices/{invoice['invoice_id']}"
    await zoho.do("POST", f"{one}/status/void")

    assert await zoho.refused(call, one + path, body) == NOT_NOW


async def test_a_total_cannot_fall_below_what_is_settled(zoho: Desk) -> None:
    customer = await zoho.contact()
    invoice = await zoho.invoice(customer)
    await zoho.pay(customer, 60, (invoice["invoice_id"], 60))

    code = await zoho.refused(
        "PUT", f"/invoices/{invoice['invoice_id']}", {"line_items": [{"rate": 59}]}
    )

    assert code == NOT_NOW
