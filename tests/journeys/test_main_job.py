"""The main job over real HTTP, broker and database: from Zoho's webhook to Xero's ledger."""

import asyncio
from typing import Any

import aio_pika
import asyncpg

from tests.journeys import clerk
from tests.journeys.house import FILE, House, answering


async def open_house(house: House) -> None:
    await house.start("run")
    await answering(house.client, f"{house.url}/readyz")
    await house.apply()


async def test_an_invoice_and_its_payment_travel_to_xero(house: House) -> None:
    await open_house(house)
    invoice = await clerk.invoice(house, await clerk.customer(house, "Acme"), 100)
    payment = await clerk.pay(house, invoice, 40)
    await house.until("customer_payment", payment["payment_id"], "synced")
    history = await house.until("invoice", invoice["invoice_id"], "synced")

    xero = await house.xero()
    (held,) = xero["invoices"]
    assert (held["InvoiceNumber"], held["Total"], held["AmountDue"]) == (
        invoice["invoice_number"],
        "115.00",
        "75.00",
    )
    assert [contact["Name"] for contact in xero["contacts"]] == ["Acme"]
    assert history["xero_id"] == held["InvoiceID"]
    assert held["InvoiceID"] in history["url"]
    assert history["decisions"][0]["action"] == "A2"


async def test_a_connection_is_applied_changed_and_told_unchanged_while_all_runs(
    house: House,
) -> None:
    await open_house(house)
    code, printed = await house.bridge("connection", "apply", str(house.folder / "acme.toml"))
    assert (code, "unchanged" in printed) == (0, True)

    changed = house.folder / "changed.toml"
    changed.write_text(FILE.replace('bank = "090"', 'bank = "091"'), encoding="utf-8")
    code, printed = await house.bridge("connection", "apply", str(changed))

    assert (code, "accounts.bank" in printed) == (0, True)


async def test_a_bad_connection_file_is_refused_whole_with_line_and_field(house: House) -> None:
    await house.bridge("migrate")
    bad = house.folder / "bad.toml"
    text = FILE.replace('"ca"', '"mars"').replace("shipping", "shiping")
    bad.write_text(text.replace("ACME_SECRET", "NOT_SET"), encoding="utf-8")

    code, printed = await house.bridge("connection", "apply", str(bad))

    assert code == 2
    lines = text.splitlines()
    centre = next(n for n, line in enumerate(lines, 1) if "mars" in line)
    shipping = next(n for n, line in enumerate(lines, 1) if "shiping" in line)
    assert f"line {centre}: zoho.data_centre" in printed
    assert f"line {shipping}: accounts.shiping" in printed
    assert "NOT_SET" in printed
    code, printed = await house.bridge("connection", "list", "--json")
    assert "acme" not in printed


async def test_an_unmapped_tax_parks_the_invoice_and_mapping_it_frees_all_behind_it(
    house: House,
) -> None:
    await house.start("run")
    await answering(house.client, f"{house.url}/readyz")
    await house.apply(FILE.partition("[tax_map]")[0])
    invoice = await clerk.invoice(house, await clerk.customer(house, "Acme"), 100)
    payment = await clerk.pay(house, invoice, 40)
    parked = await house.until("invoice", invoice["invoice_id"], "parked")
    waiting = await house.history("customer_payment", payment["payment_id"])
    while not waiting.get("commands"):  # it waits to be decided, too
        waiting = await house.until("customer_payment", payment["payment_id"], "waiting")

    assert "4600000000000911" in parked["commands"][-1]["reason"]
    assert any("parked" in each for each in waiting["commands"][-1]["waits_for"])

    await house.apply(FILE)
    await house.until("invoice", invoice["invoice_id"], "synced")
    await house.until("customer_payment", payment["payment_id"], "synced")


async def test_with_the_broker_empty_nothing_is_lost(
    house: House, database: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await house.bridge("migrate")
    await house.start("ingress")
    await answering(house.client, f"{house.url}/readyz")
    await house.apply()
    invoice = await clerk.invoice(house, await clerk.customer(house, "Acme"), 100)
    await house.control("zoho/settle", {})
    await _published(database, 2)
    # Messages that nobody took go with their queue's contents.
    await database.execute("UPDATE events SET published_at = now() - interval '2 minutes'")
    await _purge(house)
    await house.start("processor", "outbox", "sweeper")

    await house.until("invoice", invoice["invoice_id"], "synced")


async def _published(database: Any, count: int) -> None:
    published = "SELECT count(*) FROM events WHERE published_at IS NOT NULL"
    async with asyncio.timeout(60):
        while await database.fetchval(published) < count:  # noqa: ASYNC110  another process does it
            await asyncio.sleep(0.05)


async def _purge(house: House) -> None:
    connection = await aio_pika.connect(house.environment["AMQP_URL"])
    async with connection:
        channel = await connection.channel()
        for entity in ("contact", "invoice"):
            queue = await channel.get_queue(f"processor.{entity}")
            await queue.purge()
