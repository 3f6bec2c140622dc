"""A run of a job is held by the process that works at it, for as long as that shows that it lives.

On the database's clock. `started_at` names the run: whoever begins it anew gives it another one.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bridge.postgres import AWAY, Pool, borrowed
from bridge.queries import load
from bridge.waiting import limited, pause

QUERIES = load(__file__, "schedule.sql")
HOLD: Final = 60.0  # seconds after its last sign of life in which nobody else may begin a run
RENEWAL: Final = 10.0  # seconds between two signs


class BusyError(Exception):
    """The job runs for this connection just now, in this or another process."""


class LostError(BusyError):
    """We were not heard of for so long that another process may have begun our run anew."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The right to work at one run of a job, asked for when the event loop's clock said `asked`."""

    job: str
    connection_id: int
    started_at: datetime
    asked: float


def now() -> float:
    """What the event loop's clock says, in seconds."""
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def held(pool: Pool, hold: Hold) -> AsyncIterator[None]:
    """Keep a run ours for as long as the context is open.

    What is done in it is cut off, and LostError raised, once the run has passed on, or may have
    because the database could not be told in time that we live.
    """
    never = asyncio.Event()

    async def renew(limit: asyncio.Timeout) -> None:
        while True:
            await pause(never, RENEWAL)
            asked = now()
            with contextlib.suppress(*AWAY):  # it is asked again, until the hold is over
                limit.reschedule(asked + HOLD if await _renew(pool, hold) else asked)

    lost = LostError(f"{hold.job} was taken over, or could have been")
    async with limited(renew, lost, until=hold.asked + HOLD):
        yield


async def _renew(pool: Pool, hold: Hold) -> bool:
    async with borrowed(pool, RENEWAL) as database:
        renewed = await QUERIES.renew(
            database,
            job=hold.job,
            connection_id=hold.connection_id,
            started_at=hold.started_at,
            hold=HOLD,
        )
    return renewed is not None
