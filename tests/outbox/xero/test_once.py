"""Delivery to a Xero that cuts the line, fails, and forgets: each effect happens once."""

from dataclasses import replace

import pytest

from bridge.postgres import Pool
from schemas.commands import Command
from tests.bridge.dropping import drop
from tests.outbox.delivery import Xero, contact, delivering, invoice, payment, until
from tests.outbox.desk import Desk


def bill(number: str) -> Command:
    """A bill; Xero keeps no second one of its number out."""
    body = {**(invoice(account="310").body or {}), "Type": "ACCPAY", "InvoiceNumber": number}
    return replace(invoice(), kind="bill.put", body=body)


@pytest.mark.parametrize("path", ["/Contacts", "/Invoices", "/Payments"])
@pytest.mark.parametrize("effect", ["answer_lost", "request_lost"])
async def test_a_lost_answer_never_makes_a_second_one(
    connected: Desk, xero: Xero, path: str, effect: str
) -> None:
    await xero.fail(path, effect)
    await connected.ask(contact(), invoice(), payment("5"))

    async with delivering(connected, xero):
        await until(connected, "done", "done", "done")

    ledger = await xero.ledger()
    assert [len(ledger[kind]) for kind in ("contacts", "invoices", "payments")] == [1, 1, 1]


@pytest.mark.parametrize("path", ["/Contacts", "/Invoices", "/Payments"])
@pytest.mark.parametrize("applied", [True, False])
async def test_after_an_error_of_xeros_own_it_is_asked_before_anything_is_sent_again(
    connected: Desk, xero: Xero, path: str, applied: bool
) -> None:
    await xero.fail(path, "status", status=500, applied=applied)
    await connected.ask(contact(), invoice(), payment("5"))

    async with delivering(connected, xero):
        await until(connected, "done", "done", "done")

    ledger = await xero.ledger()
    assert [len(ledger[kind]) for kind in ("contacts", "invoices", "payments")] == [1, 1, 1]
    keys = [row["idempotency_key"] for row in await xero.requests() if row["path"].endswith(path)]
    assert len(keys) == len(set(keys)) == (1 if applied else 2)


@pytest.mark.parametrize("status", [200, 404])
async def test_a_look_up_that_meets_a_gateways_page_proves_nothing(
    connected: Desk, xero: Xero, status: int
) -> None:
    await connected.ask(contact())
    async with delivering(connected, xero):
        await until(connected, "done")
        await xero.fail("/Invoices", "status", status=500, applied=True)
        await xero.fail("/Invoices", "status", method="GET", status=status, body="<html>", times=3)
        await connected.ask(bill("V-1"))
        await until(connected, "done", "done")

    assert len((await xero.ledger())["invoices"]) == 1


async def test_a_bill_whose_number_holds_a_comma_is_found_again(
    connected: Desk, xero: Xero
) -> None:
    await connected.ask(contact())
    async with delivering(connected, xero):
        await until(connected, "done")
        await xero.fail("/Invoices", "status", status=500, applied=True)
        await connected.ask(bill("12,13"))
        await until(connected, "done", "done")

    assert len((await xero.ledger())["invoices"]) == 1


async def test_after_a_restore_what_xero_holds_already_is_linked_and_not_doubled(
    connected: Desk, xero: Xero
) -> None:
    await connected.ask(contact(), invoice())
    async with delivering(connected, xero):
        await until(connected, "done", "done")
        await connected.pool.execute("DELETE FROM links")
        await connected.ask(contact(), invoice())
        await until(connected, *["done"] * 4)
        await connected.pool.execute("DELETE FROM links WHERE key LIKE 'invoice:%'")
        await connected.ask(invoice(amount="101"))
        await until(connected, *["done"] * 4, "parked")

    assert len((await xero.ledger())["invoices"]) == 1


async def test_a_contact_that_the_search_missed_is_linked_when_xero_calls_its_name_taken(
    connected: Desk, xero: Xero
) -> None:
    await connected.ask(contact("2", "Acme"), document="contact:2")
    async with delivering(connected, xero):
        await until(connected, "done")
        await connected.pool.execute("DELETE FROM links")
        await connected.ask(contact("2", "Acme"), document="contact:2")
        await connected.pool.execute(
            "UPDATE commands SET looked_at = now() WHERE state = 'pending'"
        )
        await until(connected, "done", "done")

    assert len((await xero.ledger())["contacts"]) == 1


async def test_a_full_minute_delays_and_never_breaks_the_limit(connected: Desk, xero: Xero) -> None:
    await xero.fail("/Contacts", "status", status=429, retry_after=1)
    await connected.ask(contact())

    async with delivering(connected, xero):
        await until(connected, "done")


async def test_an_outbox_outlives_its_database_connections_and_doubles_nothing(
    connected: Desk, xero: Xero, doomed_pool: Pool
) -> None:
    await connected.ask(contact())
    async with delivering(Desk(doomed_pool, connected.connection_id), xero):
        for number in range(1, 16):
            await connected.ask(invoice(str(number)), document=f"invoice:{number}")
            if number % 5 == 0:
                await drop(connected.pool)
        await until(connected, *["done"] * 16)

    assert len((await xero.ledger())["invoices"]) == 15
