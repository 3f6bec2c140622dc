"""A process that holds a run until it is killed.

`python -m tests.bridge.holder URL CONNECTION_ID` says `working` once it does.
"""

import asyncio
import sys

from bridge import holding
from bridge.postgres import create_pool
from bridge.schedule import Due, Job, run_now

HOLD = 5.0  # seconds: a test waits for its end
JOB = "push"


async def hold(url: str, connection_id: int) -> None:
    """Begin a run, say so, and go on for ever."""

    async def work(_due: Due) -> None:
        sys.stdout.write("working\n")
        sys.stdout.flush()
        await asyncio.Event().wait()

    async with await create_pool(url) as pool:
        await run_now(pool, Job(JOB, work, patience=3600), connection_id)


if __name__ == "__main__":
    holding.HOLD, holding.RENEWAL = HOLD, HOLD / 20  # type: ignore[misc]  # final but for us
    asyncio.run(hold(sys.argv[1], int(sys.argv[2])))
