"""An earlier version's own processes on this release's schema, before and after this release's.

Everything is real: the earlier code in processes of its own, PostgreSQL, RabbitMQ, webhooks. What
one step begins the next one ends, so whatever one version has left half done another takes up.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bridge.cli.demo.ledgers import compare
from bridge.migrations import lacking
from tests.journeys.house import House, answering
from tests.release.conftest import Previous
from tests.release.trade import Trade

# From the door to the exit: the order in which the versions have most to bear from each other.
ROLES = ("ingress", "processor", "sweeper", "outbox")
WAY_BACK = ("processor", "outbox")
TRIES = 20  # of a migration that gives way to the traffic
REVISION = "SELECT version_num FROM alembic_version"
PARKED = """
SELECT (SELECT count(*) FROM events WHERE state = 'parked')
     + (SELECT count(*) FROM commands WHERE state = 'parked')
"""
ENDED = ("VOIDED", "DELETED")
NAMES = {
    "contacts": "Name",
    "invoices": "InvoiceNumber",
    "credit_notes": "CreditNoteNumber",
    "payments": "Reference",
    "bank_transactions": "Reference",
}


@dataclass
class Traffic:
    """Trades, each begun in one step and ended in the next."""

    house: House
    trades: list[Trade] = field(default_factory=list)

    async def step(self) -> None:
        """End what is open, begin anew, and wait until all of it is done."""
        if self.trades:
            await self.trades[-1].ends()
        self.trades.append(Trade(self.house, f"Acme {len(self.trades)}"))
        await self.trades[-1].begins()
        await self.house.settled()

    async def until(self, work: "asyncio.Task[None]") -> None:
        """Step until some work is done, at least once."""
        await self.step()
        while not work.done():
            await self.step()
        await work

    async def ends(self) -> None:
        """End what is open."""
        await self.trades[-1].ends()
        await self.house.settled()


async def migrate(house: House) -> None:
    """Migrate as a deployment does: a migration that gives way to traffic is run again."""
    for _ in range(TRIES):
        code, printed = await house.bridge("migrate")
        if code == 0:
            return
    pytest.fail(printed)


async def start(house: House, *roles: str) -> None:
    await house.start(*roles)
    await answering(house.client, f"{house.url}/readyz")


async def stop(house: House, *roles: str) -> None:
    codes = [await house.stop(role) for role in roles]
    assert codes == [0] * len(roles)


def twice(ledger: dict[str, Any]) -> Iterator[str]:
    """Whatever Xero holds more than once."""
    for table, name in NAMES.items():
        living = (row[name] for row in ledger[table] if row.get("Status") not in ENDED)
        yield from (f"{table}: {found}" for found, count in Counter(living).items() if count > 1)


@pytest.mark.timeout(600)  # a dozen processes start one after the other, maybe on a busy machine
async def test_an_upgrade_under_traffic_brings_every_effect_to_xero_once(
    house: House, old_house: House, previous: Previous, empty_database: str
) -> None:
    await migrate(old_house)
    assert await house.ask(REVISION) == previous.version.migration
    await start(old_house, *ROLES)
    await old_house.apply()
    traffic = Traffic(house)
    await traffic.step()

    await traffic.until(asyncio.create_task(migrate(house)))
    assert await lacking(empty_database) == []
    await traffic.step()

    await stop(old_house, "ingress")  # one port for both: Zoho tries again meanwhile
    await start(house, "ingress")
    await traffic.step()
    for role in ROLES[1:]:
        await house.start(role)
        await traffic.step()
        await stop(old_house, role)
    await traffic.step()

    await stop(house, *WAY_BACK)
    await old_house.start(*WAY_BACK)
    await traffic.step()
    await traffic.ends()

    pages = await compare(house)
    assert [row for page in pages for row in page.rows if not row.equal] == []
    assert len(pages) == 7
    assert list(twice(await house.xero())) == []
    assert await house.ask(PARKED) == 0
