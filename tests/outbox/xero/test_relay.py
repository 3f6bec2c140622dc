"""Delivery in order: what goes together, what waits, what a refusal holds back."""

import asyncio
from dataclasses import replace

from outbox.operate import Choice, retry, skip
from tests.outbox.delivery import Xero, contact, delivering, invoice, payment, until
from tests.outbox.desk import Desk, unpay, void_invoice


async def test_a_contact_its_invoice_and_the_payment_go_in_this_order(
    connected: Desk, xero: Xero
) -> None:
    await connected.ask(payment("5"))
    await connected.ask(invoice(), document="invoice:1")
    await connected.ask(contact(), document="contact:1")

    async with delivering(connected, xero):
        await until(connected, "pending", "pending", "done")


async def test_what_waits_for_nothing_is_done(connected: Desk, xero: Xero) -> None:
    await connected.ask(contact(), invoice(), payment("5"))

    async with delivering(connected, xero):
        await until(connected, "done", "done", "done")

    paths = [row["path"].removeprefix("/api.xro/2.0") for row in await xero.requests()]
    assert paths == ["/Contacts", "/Invoices", "/Payments"]


async def test_ready_invoices_of_one_contact_travel_together(connected: Desk, xero: Xero) -> None:
    await connected.ask(contact())
    for number in range(1, 31):
        await connected.ask(invoice(str(number)), document=f"invoice:{number}")

    async with delivering(connected, xero):
        await until(connected, *["done"] * 31)

    assert [row["path"].rpartition("/")[2] for row in await xero.requests()] == [
        "Contacts",
        "Invoices",
    ]


async def test_a_refusal_parks_one_and_holds_back_only_what_depends_on_it(
    connected: Desk, xero: Xero
) -> None:
    await connected.ask(contact(), invoice("1", account="999"), payment("5", "1"))
    await connected.ask(invoice("2"), document="invoice:2")

    async with delivering(connected, xero):
        await until(connected, "done", "parked", "pending", "done")

        await connected.ask(invoice("1"))
        await until(connected, "done", "superseded", "done", "done", "done")


async def test_what_xero_refuses_gives_way_to_a_newer_version_that_came_meanwhile(
    connected: Desk, xero: Xero
) -> None:
    await connected.ask(contact(), invoice("1", account="999"))
    await xero.fail("/Invoices", "slow", delay=3)

    async with delivering(connected, xero):
        await until(connected, "done", "sending")
        await connected.ask(invoice("1"))
        await until(connected, "done", "superseded", "done")


async def test_a_payment_that_xero_refuses_gives_way_to_its_own_removal(
    connected: Desk, xero: Xero
) -> None:
    await connected.ask(contact(), invoice(), payment("5", amount="500"))
    await xero.fail("/Payments", "slow", delay=3)

    async with delivering(connected, xero):
        await until(connected, "done", "done", "sending")
        await connected.ask(unpay("5"), payment("5"))
        await until(connected, "done", "done", "superseded", "done", "done")


async def test_a_payment_is_changed_by_taking_it_back_first(connected: Desk, xero: Xero) -> None:
    await connected.ask(contact(), invoice(), payment("5"))
    async with delivering(connected, xero):
        await until(connected, "done", "done", "done")
        await connected.ask(unpay("5"), payment("5", amount="60"))
        await until(connected, *["done"] * 5)

    amounts = [(row["Status"], row["Amount"]) for row in (await xero.ledger())["payments"]]
    assert sorted(amounts) == [("AUTHORISED", "60.00"), ("DELETED", "40.00")]


async def test_a_voided_invoice_ends_in_xero_too(connected: Desk, xero: Xero) -> None:
    await connected.ask(contact(), invoice())
    async with delivering(connected, xero):
        await until(connected, "done", "done")
        await connected.ask(void_invoice())
        await until(connected, "done", "done", "done")

    assert [row["Status"] for row in (await xero.ledger())["invoices"]] == ["VOIDED"]


async def test_a_number_that_a_voided_invoice_keeps_is_named_as_that_and_changed_in_zoho(
    connected: Desk, xero: Xero
) -> None:
    again = replace(invoice("2"), body={**(invoice("2").body or {}), "InvoiceNumber": "INV-1"})
    await connected.ask(contact(), invoice("1"))
    async with delivering(connected, xero):
        await until(connected, "done", "done")
        await connected.ask(void_invoice())
        await until(connected, "done", "done", "done")
        await connected.ask(again, document="invoice:2")
        await until(connected, "done", "done", "done", "parked")
        reason = (
            "SELECT reason FROM commands WHERE state = 'parked' AND cause = 'xero:number_taken'"
        )
        assert "only a voided or deleted document" in await connected.pool.fetchval(reason)

        await connected.ask(invoice("2"), document="invoice:2")
        await until(connected, "done", "done", "done", "superseded", "done")

    held = [(row["InvoiceNumber"], row["Status"]) for row in (await xero.ledger())["invoices"]]
    assert sorted(held) == [("INV-1", "VOIDED"), ("INV-2", "AUTHORISED")]


async def test_a_skipped_command_frees_what_waits_behind_it(connected: Desk, xero: Xero) -> None:
    await connected.ask(contact(), invoice("1"))
    async with delivering(connected, xero):
        await until(connected, "done", "done")
        await connected.ask(invoice("1", account="999"), payment("5"))
        await until(connected, "done", "done", "parked", "pending")
        async with connected.pool.acquire() as connection:
            chosen = Choice(everything=True)
            assert await retry(connection, connected.connection_id, chosen)
        await until(connected, "done", "done", "parked", "pending")
        async with connected.pool.acquire() as connection:
            assert await skip(
                connection, connected.connection_id, chosen, by="ada", reason="by hand"
            )
        await until(connected, "done", "done", "skipped", "done")


async def test_an_earlier_undecided_event_holds_a_command_back(connected: Desk, xero: Xero) -> None:
    earlier = await connected.event("contact:1", state="undecided")
    await connected.ask(contact(), document="contact:1")

    async with delivering(connected, xero):
        await asyncio.sleep(0.5)
        assert await connected.states() == ["pending"]
        await connected.pool.execute("UPDATE events SET state = 'decided' WHERE id = $1", earlier)
        await until(connected, "done")


async def test_a_kind_that_only_a_newer_release_knows_waits_for_it(
    connected: Desk, xero: Xero
) -> None:
    newer = replace(contact("2"), kind="contact.merge")
    await connected.ask(newer, replace(contact("2"), kind="contact.part"), document="contact:2")
    await connected.ask(contact(), document="contact:1")

    async with delivering(connected, xero):
        await until(connected, "pending", "pending", "done")
