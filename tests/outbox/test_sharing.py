"""Outbox processes share the connections; one that is gone leaves its own to the others."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bridge.crypto import generate_key
from bridge.postgres import Pool

BRIDGE = str(Path(sys.executable).with_name("bridge"))
CONNECTIONS = 6
HELD = "SELECT holder FROM leases WHERE expires_at > now()"
CONNECT = """
INSERT INTO connections (name, endpoint, organization_id, config, cutover)
SELECT 'c' || n, 'c' || n, n, '{"xero": {"grant": "client_credentials"}}', $1
  FROM generate_series(1, $2::int) AS n
"""


class Fleet:
    """Outbox processes of one database."""

    def __init__(self, pool: Pool, environment: dict[str, str]) -> None:
        self.pool = pool
        self._environment = environment
        self.processes: list[asyncio.subprocess.Process] = []

    async def start(self) -> asyncio.subprocess.Process:
        """Start one more process."""
        process = await asyncio.create_subprocess_exec(
            BRIDGE, "outbox", env=self._environment, stdout=asyncio.subprocess.DEVNULL
        )
        self.processes.append(process)
        return process

    async def shares(self) -> list[int]:
        """How many connections each process speaks for, the most first."""
        rows = await self.pool.fetch(HELD)
        return sorted(Counter(row["holder"] for row in rows).values(), reverse=True)

    async def until(self, *shares: int) -> None:
        """Wait until the connections are shared so."""
        try:
            async with asyncio.timeout(60):
                while await self.shares() != list(shares):  # noqa: ASYNC110  other processes do it
                    await asyncio.sleep(0.1)
        except TimeoutError:
            pytest.fail(f"shared {await self.shares()}, not {list(shares)}")


@pytest.fixture
async def fleet(pool: Pool, database_url: str, tmp_path: Path) -> AsyncIterator[Fleet]:
    """Six connections that can't reach their Xero, and no process yet."""
    await pool.execute(CONNECT, date(2026, 1, 1), CONNECTIONS)
    nowhere = "http://127.0.0.1:9"
    own = {
        "DATABASE_URL": database_url,
        "BRIDGE_DATA_DIR": str(tmp_path),
        "BRIDGE_SECRET_KEY": generate_key(),
        "XERO_API_URL": nowhere,
        "XERO_IDENTITY_URL": nowhere,
    }
    made = Fleet(pool, {**os.environ, **own})
    yield made
    for process in made.processes:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_processes_share_evenly_and_who_is_gone_leaves_its_connections(fleet: Fleet) -> None:
    first = await fleet.start()
    await fleet.until(6)

    # A second one gets half of what the first had, a third a third of all.
    second = await fleet.start()
    await fleet.until(3, 3)
    third = await fleet.start()
    await fleet.until(2, 2, 2)

    # One that stops in order leaves at once.
    second.terminate()
    assert await second.wait() == 0
    await fleet.until(3, 3)

    # One that is killed holds its connections no longer than its leases last.
    third.kill()
    await third.wait()
    assert await fleet.pool.fetchval(
        "SELECT max(expires_at) <= now() + interval '45 s' FROM leases"
    )
    await lease_time_passes(fleet.pool, first.pid)
    await fleet.until(6)


async def lease_time_passes(pool: Pool, living: int) -> None:
    """Let the time of a lease pass for all processes but one."""
    others = "holder NOT LIKE '%:' || $1 || ':%'"
    lapse = f"UPDATE leases SET expires_at = now() WHERE {others}"  # noqa: S608  # our own words
    await pool.execute(lapse, str(living))
    lapse = f"UPDATE speakers SET seen_at = now() - interval '1 min' WHERE {others}"  # noqa: S608  # our own words
    await pool.execute(lapse, str(living))
