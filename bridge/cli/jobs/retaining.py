"""Keeps the tables bounded: what is settled loses its bytes after a while, not its history."""

from typing import Final

import structlog

from bridge.parts import Parts
from bridge.postgres import Pool
from bridge.queries import load
from bridge.schedule import Due, Work

QUERIES = load(__file__, "retaining.sql")
LOG = structlog.get_logger()
CHUNK: Final = 1_000  # rows that one statement changes, so that no lock is held for long


def retention(parts: Parts) -> Work:
    """Make the work of the nightly job: redact what was settled longer ago than we keep it."""
    days = parts.settings.retention_days

    async def work(due: Due) -> None:
        await QUERIES.forget_secrets(parts.pool, connection_id=due.connection_id)
        counts = await redact(parts.pool, due.connection_id, days)
        LOG.info("retention.done", connection=due.name, **counts)

    return work


async def redact(pool: Pool, connection_id: int, days: int) -> dict[str, int]:
    """Take the bytes of old settled rows away; gives how many of each kind.

    Ids, hashes, states, reasons and times stay. So does the newest version of every document,
    which is what the bridge works with. May be repeated and interrupted at any point.
    """
    counts = {}
    for kind in ("events", "commands", "attempts", "former"):
        query = getattr(QUERIES, f"redact_{kind}")
        counts[kind] = 0
        while taken := await query(pool, connection_id=connection_id, days=days, most=CHUNK):
            counts[kind] += taken
    return counts
