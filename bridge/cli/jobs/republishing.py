"""The sweeper's loop: what the broker did not take goes again, and what waits is measured."""

import asyncio
from typing import Final

import structlog

from bridge.bus import Bus
from bridge.cli.jobs.measuring import measure
from bridge.postgres import AWAY, Pool
from bridge.queries import load
from bridge.waiting import pause

QUERIES = load(__file__, "republishing.sql")
LOG = structlog.get_logger()
EVERY: Final = 5.0  # seconds


async def sweep(pool: Pool, bus: Bus, stop: asyncio.Event, *, every: float = EVERY) -> None:
    """Republish and measure each `every` seconds until `stop`; a lost database is waited for."""
    from ingress.journal.knocks import republish

    while not stop.is_set():
        try:
            await QUERIES.release_held(pool)
            if published := await republish(pool, bus):
                LOG.info("knocks.republished", count=published)
            await measure(pool)
        except AWAY as error:
            LOG.warning("sweep.failed", problem=f"{type(error).__name__}: {error}")
        await pause(stop, every)
