"""Processes are killed in the middle of everything: nothing is lost, doubled, or out of order."""

import asyncio
import random
from collections import Counter

import asyncpg

from tests.journeys import clerk
from tests.journeys.house import House, answering

ROLES = ("ingress", "processor", "outbox")
KILLS = 9
# A receiver may be away for as long as a busy machine needs to start it anew, several times over.
PERSISTENT = {"retries": [0.5] * 240}
INVOICES = 24


async def test_killed_processes_lose_nothing_and_double_nothing(
    house: House, database: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    house.environment |= {"XERO_LATE_LIMIT": "1", "XERO_QUIET_TIME": "1"}
    await house.bridge("migrate")
    await house.start(*ROLES, "sweeper")
    await answering(house.client, f"{house.url}/readyz")
    await house.apply()
    await house.control("zoho/delivery", PERSISTENT)
    chance = random.Random(7)

    async def work() -> None:
        customer = await clerk.customer(house, "Acme")
        for number in range(INVOICES):
            invoice = await clerk.invoice(house, customer, 10 + number)
            await clerk.pay(house, invoice, 5)
            await asyncio.sleep(0.3)

    async def havoc() -> None:
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.3, 1.2))
            role = chance.choice(ROLES)
            await house.kill(role)
            await database.execute("UPDATE leases SET expires_at = now()")
            await house.start(role)

    await asyncio.gather(work(), havoc())
    await house.control("zoho/settle", {})
    await _quiet(database)

    xero = await house.xero()
    numbers = Counter(row["InvoiceNumber"] for row in xero["invoices"])
    references = Counter(row["Reference"] for row in xero["payments"])
    assert set(numbers.values()) == set(references.values()) == {1}
    assert (len(numbers), len(references)) == (INVOICES, INVOICES)
    assert len(xero["contacts"]) == 1


async def _quiet(database: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Wait until every event is decided and every command done."""
    async with asyncio.timeout(120):
        while True:
            undecided = await database.fetchval(
                "SELECT count(*) FROM events WHERE state = 'undecided'"
            )
            unfinished = await database.fetchval(
                "SELECT count(*) FROM commands WHERE state NOT IN ('done', 'superseded')"
            )
            if undecided == unfinished == 0:
                return
            await asyncio.sleep(0.2)
