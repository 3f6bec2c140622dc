"""Jobs run as sweepers run them, for connections that are a row alone."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time
from typing import Any

from bridge.postgres import Pool
from bridge.schedule import Due, Job, run_jobs

LOOK = 0.02
ANY_TIME = time(0)
RUNNING = "SELECT count(*) FROM schedules WHERE progress IS NOT NULL"
HOUR = datetime.now(UTC).hour
# Where it is noon now: no test sees a day end there.
NOON = f"Etc/GMT{HOUR - 12:+}"


async def connect(pool: Pool, name: str = "acme", zone: str = NOON) -> int:
    number: int = await pool.fetchval(
        "INSERT INTO connections (name, endpoint, organization_id, config, cutover, timezone)"
        " VALUES ($1, $1, '60001234', '{}', '2026-01-01', $2) RETURNING id",
        name,
        zone,
    )
    return number


async def run_until(
    pool: Pool,
    jobs: list[Job],
    done: Callable[[], bool | Awaitable[Any]],
    *,
    lasting: bool = False,
) -> None:
    """Run jobs as two sweepers do, until `done`, and then a few looks longer.

    What runs then comes to its end and is written down, unless it is `lasting`: a stop cuts it off.
    """
    stops = [asyncio.Event(), asyncio.Event()]
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for stop in stops:
            group.create_task(run_jobs(pool, jobs, stop, look_every=LOOK))
        while True:
            found = done()
            if found if isinstance(found, bool) else await found:
                break
            await asyncio.sleep(LOOK)
        while not lasting and await pool.fetchval(RUNNING):  # noqa: ASYNC110  the database tells
            await asyncio.sleep(LOOK)
        await asyncio.sleep(5 * LOOK)
        for stop in stops:
            stop.set()


def noting(runs: list[Due]) -> Callable[[Due], Awaitable[None]]:
    async def work(due: Due) -> None:
        runs.append(due)

    return work
