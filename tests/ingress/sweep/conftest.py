"""A company in Zoho and a sweep of it; no webhook of its ever comes unless a test says so."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bridge.parts import Parts
from bridge.postgres import Pool
from clients.zoho.session import opened
from ingress.sweep.report import Report
from ingress.sweep.run import sweep
from tests.clients.zoho_line import VAULT, connect
from tests.processors.conftest import CONFIG, Journal
from tests.processors.office import Office


@dataclass
class Company(Office):
    """An office whose webhooks may get lost."""

    clock: timedelta = field(default=timedelta())

    async def sweep(self, *, full: bool = False, grace: float = 0.0) -> Report:
        return await sweep(
            Parts(self.zoho.pool, VAULT, self.zoho.read),
            self.zoho.connection_id,
            full=full,
            grace=grace,
        )

    async def missed(self, *, full: bool = False) -> dict[str, int]:
        """Sweep; gives what no webhook had told, by module."""
        report = await self.sweep(full=full)
        return {
            name: each.missed + each.deleted
            for name, each in report.modules.items()
            if each.missed + each.deleted
        }

    async def decide(self) -> None:
        """Let processors decide what waits."""
        rows = await self.zoho.pool.fetch(
            "SELECT id FROM events WHERE state = 'undecided' ORDER BY id"
        )
        for row in rows:
            await self.knock(row["id"])

    async def later(self, seconds: int = 1) -> None:
        """Let time pass in Zoho."""
        await self.zoho.clock(seconds)

    async def problems(self) -> dict[str, str]:
        rows = await self.zoho.pool.fetch("SELECT code, what FROM problems ORDER BY code")
        return {row["code"]: row["what"] for row in rows}


@pytest.fixture
async def company(pool: Pool, sandbox: str) -> Company:
    line = await connect(pool, sandbox, CONFIG)
    line.per_minute = 10_000
    await line.control("settings", limits={"minute": None})
    async with opened(Parts(pool, VAULT, line.read), line.connection_id) as session:
        await session.check()
    return Company(line, Journal(pool, line.connection_id))
