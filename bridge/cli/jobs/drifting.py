"""Compares Zoho and Xero, by hand or by night, and keeps what it found."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import time
from typing import TYPE_CHECKING, Final

import structlog

from bridge.parts import Parts
from bridge.postgres import Connection, Pool
from bridge.problems import close_problem, open_problem
from bridge.queries import load
from bridge.schedule import Due, Job, tell
from bridge.waiting import pause
from ingress.api.drift import JOB

if TYPE_CHECKING:
    from processors.drift.comparing import Comparison, Plan

QUERIES = load(__file__, "drifting.sql")
LOG = structlog.get_logger()
NIGHT: Final = time(3, 0)
PATIENCE: Final = 3600.0  # seconds; a large organisation's pages at the few calls left to readers
PROBLEM: Final = "drift"
REMEDY: Final = (
    "Each is listed with its reason, where it is known, under Problems in the console and by"
    " `bridge reconcile --connection {name}`"
)
BEAT: Final = 1.0  # seconds between two words on how far it is
PROGRESS: Final = "{documents} documents are known here; {made} of about {calls} calls are made"


def drift_job(parts: Parts) -> Job:
    """Give the comparison of every night, and of whenever a person asks for it."""

    async def work(due: Due) -> None:
        if not due.asked and await QUERIES.is_new(
            parts.pool, connection_id=due.connection_id, day=due.day
        ):
            return  # its first documents are on their way: the night will do
        plans: list[Plan] = []
        async with _told(parts.pool, due.connection_id, plans):
            found = await compare_and_keep(parts, due.connection_id, due.name, plans.append)
        LOG.info(
            "drift.compared",
            connection=due.name,
            documents=found.documents,
            differences=len(found.differences),
            xero_calls=found.xero_calls,
            zoho_calls=found.zoho_calls,
            notes=list(found.notes),
        )

    return Job(JOB, work, daily_at=NIGHT, patience=PATIENCE)


@asynccontextmanager
async def _told(pool: Pool, connection_id: int, plans: "Sequence[Plan]") -> AsyncIterator[None]:
    """Say how far a comparison is for as long as it lasts; `plans` gets its plan."""
    teller = asyncio.create_task(_tell_on(pool, connection_id, plans))
    try:
        yield
    finally:
        teller.cancel()
        await asyncio.gather(teller, return_exceptions=True)  # a lost word is no lost comparison


async def _tell_on(pool: Pool, connection_id: int, plans: "Sequence[Plan]") -> None:
    never = asyncio.Event()
    while True:
        for plan in plans:
            calls = max(plan.xero_calls + plan.zoho_calls, plan.made())
            said = PROGRESS.format(documents=f"{plan.documents:,}", made=plan.made(), calls=calls)
            await tell(pool, JOB, connection_id, said)
        await pause(never, BEAT)


async def compare_and_keep(
    parts: Parts, connection_id: int, name: str, announce: "Callable[[Plan], None]"
) -> "Comparison":
    """Compare a connection's two systems and store what differs.

    Raises clients.xero.errors.XeroError when Xero can't be read; then nothing is stored.
    """
    from processors.drift.comparing import compare, ends, keep

    async with ends(parts, connection_id, name) as both:
        found = await compare(both, announce)
    async with parts.pool.acquire() as database, database.transaction():
        await keep(database, connection_id, found)
        await _tell(database, connection_id, name, found)
    return found


async def _tell(database: Connection, connection_id: int, name: str, found: "Comparison") -> None:
    if all(difference.parked for difference in found.differences):
        # What is parked is told as parked, once, and not again as missing.
        await close_problem(database, connection_id, PROBLEM)
        return
    what = f"Zoho and Xero were compared, {found.documents} documents: {sums(found)}"
    await open_problem(database, connection_id, PROBLEM, what, REMEDY.format(name=name))


def sums(found: "Comparison") -> str:
    """Say how many differ, by kind: `2 missing and 1 extra in Xero, 1 of them parked`."""
    kinds = Counter(difference.kind for difference in found.differences)
    said = [f"{kinds[kind]} {kind}" for kind in ("missing", "extra", "different") if kinds[kind]]
    parked = sum(difference.parked for difference in found.differences)
    of_them = f", {parked} of them parked" if parked else ""
    return f"{' and '.join(said)} in Xero{of_them}" if said else "no difference"
