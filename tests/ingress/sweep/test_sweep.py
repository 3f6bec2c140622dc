"""What no webhook told, the lists tell: created, changed, settled, refunded, deleted."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.zoho.state import REFRESH_TOKEN
from tests.ingress.sweep.conftest import Company
from tests.processors.office import LINE, applied_credit, known

DEARER = {"line_items": [{**LINE, "rate": 200}]}


async def dearer(company: Company, invoice: dict[str, str]) -> None:
    await company.zoho.by_hand("PUT", f"/invoices/{invoice['invoice_id']}", DEARER)


async def test_documents_of_every_kind_that_no_webhook_told_are_found_once(
    company: Company,
) -> None:
    invoice = await company.invoice(await company.contact())
    await company.pay(invoice)
    await company.enter("/creditnotes", customer_id=invoice["customer_id"], line_items=[LINE])
    vendor = await company.contact("vendor", name="Cedar Inc")
    await company.enter("/vendorcredits", vendor_id=vendor, line_items=[LINE])
    bill = await company.enter("/bills", vendor_id=vendor, bill_number="B-1", line_items=[LINE])
    shares = [{"bill_id": bill["bill_id"], "amount_applied": 100}]
    await company.enter(
        "/vendorpayments", "books", vendor_id=vendor, payment_mode="cash", amount=100, bills=shares
    )

    assert await company.missed() == {
        "contact": 2,
        "invoice": 1,
        "bill": 1,
        "credit_note": 1,
        "vendor_credit": 1,
        "customer_payment": 1,
        "vendor_payment": 1,
    }
    assert await company.missed() == {}


async def test_a_change_that_no_webhook_told_is_found(company: Company) -> None:
    invoice = await known(company)
    assert await company.missed() == {}
    await company.later()
    await dearer(company, invoice)

    assert await company.missed() == {"invoice": 1}
    await company.decide()
    body = await company.body(f"invoice:{invoice['invoice_id']}")
    assert body["LineItems"][0]["UnitAmount"] == 200


async def test_what_a_webhook_told_is_no_news(company: Company) -> None:
    invoice = await known(company)
    await company.tell("customer_payment", await company.pay(invoice), "created")
    calls = await company.calls()

    report = await company.sweep()

    assert report.missed == 0
    # Not even read: that the payment moved the invoice's stamp is known.
    assert await company.calls() - calls == report.calls == 9


async def test_a_webhook_that_comes_after_the_sweep_is_a_repeat(company: Company) -> None:
    from ingress.journal.delivery import Delivery, Post, read
    from ingress.journal.recording import Entry, record_now

    customer = await company.contact()
    await company.missed()
    told = await company.zoho.pool.fetchval("SELECT body FROM events")
    post = Post("contact", "created", customer, "application/json", bytes(told))
    delivery = read(post, "60001234")
    assert isinstance(delivery, Delivery)

    late = Entry(company.zoho.connection_id, "r", "application/json", bytes(told), delivery)

    assert not (await record_now(company.zoho.pool, late)).new


async def test_an_allocation_and_a_refund_without_triggers_are_found(company: Company) -> None:
    note = await applied_credit(company, await known(company))
    await company.missed()
    await company.decide()
    await company.journal.xero_holds()
    await company.later()
    path = f"/creditnotes/{note['creditnote_id']}"
    await company.zoho.by_hand(
        "DELETE", f"{path}/invoices/{note['invoices_credited'][0]['creditnote_invoice_id']}"
    )
    await company.later()
    await company.enter(f"{path}/refunds", amount=10, refund_mode="cash", date=note["date"])

    assert (await company.missed())["credit_note"] == 1
    await company.decide()
    kinds = [kind for kind, _, _ in await company.journal.commands()]
    assert kinds[-2:] == ["allocation.delete", "refund.create"]


async def test_two_changes_of_one_second_are_told_apart_by_what_the_list_shows(
    company: Company,
) -> None:
    await company.zoho.freeze()
    invoice = await known(company)
    await dearer(company, invoice)

    assert await company.missed() == {"invoice": 1}
    assert await company.missed() == {}


async def test_what_was_deleted_is_found_by_comparing_all_ids(company: Company) -> None:
    invoice = await known(company)
    payment = await company.pay(invoice)
    await company.tell("customer_payment", payment, "created")
    await company.journal.xero_holds()
    await company.zoho.by_hand("DELETE", f"/customerpayments/{payment['payment_id']}")
    await company.zoho.by_hand("DELETE", f"/invoices/{invoice['invoice_id']}")

    assert await company.missed() == {}
    assert await company.missed(full=True) == {"invoice": 1, "customer_payment": 1}
    await company.decide()
    kinds = [kind for kind, _, _ in await company.journal.commands()]
    assert sorted(kinds[-2:]) == ["invoice.void", "payment.delete"]
    assert await company.missed(full=True) == {}


async def test_the_sweep_reads_what_decisions_had_to_do_without(company: Company) -> None:
    payment = await company.pay(await known(company))
    del payment["invoices"]
    await company.zoho.pool.execute("DELETE FROM secrets WHERE name = 'zoho.refresh_token'")
    await company.tell("customer_payment", payment)
    await company.zoho.secret("zoho.refresh_token", REFRESH_TOKEN)

    report = await company.sweep()

    assert report.reread == 1
    assert await company.unread() == []
    await company.decide()
    assert (await company.journal.commands())[-1][0] == "payment.create"


async def test_the_sweep_asks_for_little(company: Company) -> None:
    customer = await company.contact()
    for _ in range(3):
        await company.invoice(customer)
    await company.missed()

    assert (await company.sweep()).calls == 9


async def test_documents_from_before_the_cutover_are_not_read(company: Company) -> None:
    await company.invoice(await company.contact(), date="2025-12-31")

    assert await company.missed() == {"contact": 1}


async def test_many_documents_from_before_the_connecting_are_left_to_a_backfill(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingress.sweep.run.MOST_OLDER", 1)
    customer = await company.contact()
    for _ in range(2):
        await company.invoice(customer)
    await company.zoho.pool.execute(
        "UPDATE connections SET created_at = $1", datetime.now(UTC) + timedelta(hours=1)
    )

    assert await company.missed() == {}
    assert "2 of invoice" in (await company.problems())["zoho_older_documents"]

    monkeypatch.setattr("ingress.sweep.run.MOST_OLDER", 2)
    report = await company.sweep()
    assert (report.module("invoice").older, report.missed) == (2, 0)
    assert await company.problems() == {}


async def test_a_change_of_this_moment_is_left_to_its_webhook_for_a_while(
    company: Company,
) -> None:
    await company.contact()

    assert (await company.sweep(grace=600)).missed == 0
    assert (await company.sweep(grace=0)).missed == 1
