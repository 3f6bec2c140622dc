"""Jobs that a person asks for, out of their turn: soon, once, and told how far they are."""

import asyncio
from datetime import time

import pytest

from bridge.holding import BusyError
from bridge.postgres import Pool
from bridge.schedule import Due, Job, ask, run_now, standing, tell
from tests.bridge.clockwork import ANY_TIME, connect, noting, run_until

LATE = time(23, 59, 59, 999999)  # a job of this time is not due


async def test_a_job_that_a_person_asks_for_runs_though_its_day_is_done(pool: Pool) -> None:
    number = await connect(pool)
    runs: list[Due] = []
    job = Job("compare", noting(runs), daily_at=ANY_TIME)
    await run_until(pool, [job], lambda: bool(runs))

    async with pool.acquire() as database:
        await ask(database, "compare", number, "user:anna")
        with pytest.raises(BusyError):
            await ask(database, "compare", number, "user:bert")
        asked = await standing(database, "compare", number)
        await run_until(pool, [job], lambda: len(runs) > 1)
        done = await standing(database, "compare", number)

    assert [due.asked for due in runs] == [False, True]
    assert (asked.asked_by, asked.progress) == ("user:anna", None)
    assert (done.asked_by, done.asked_at, done.progress) == (None, None, None)


async def test_a_run_tells_how_far_it_is_for_as_long_as_it_lasts(pool: Pool) -> None:
    number = await connect(pool)
    seen: list[str | None] = []

    async def works(due: Due) -> None:
        async with pool.acquire() as database:
            await tell(pool, "compare", due.connection_id, "half of it")
            seen.append((await standing(database, "compare", due.connection_id)).progress)
            with pytest.raises(BusyError):
                await ask(database, "compare", due.connection_id, "user:anna")

    await run_now(pool, Job("compare", works), number)
    await tell(pool, "compare", number, "too late")

    async with pool.acquire() as database:
        seen.append((await standing(database, "compare", number)).progress)
    assert seen == ["half of it", None]


async def test_one_that_failed_is_asked_for_again_without_waiting(pool: Pool) -> None:
    number = await connect(pool)
    runs: list[Due] = []

    async def breaks(due: Due) -> None:
        runs.append(due)
        raise RuntimeError("Xero is away")

    job = Job("compare", breaks, daily_at=LATE)
    async with pool.acquire() as database:
        for turn in (1, 2):
            await ask(database, "compare", number, "user:anna")
            await run_until(pool, [job], lambda turn=turn: len(runs) >= turn)  # type: ignore[misc]  # a default binds
            failed = await standing(database, "compare", number)
            assert (failed.problem, failed.asked_by) == ("RuntimeError: Xero is away", None)

    assert len(runs) == 2


async def test_one_that_was_stopped_is_still_asked_for(pool: Pool) -> None:
    number = await connect(pool)
    started, runs = asyncio.Event(), list[Due]()

    async def waits(_due: Due) -> None:
        started.set()
        await asyncio.Event().wait()

    async with pool.acquire() as database:
        await ask(database, "compare", number, "user:anna")
    await run_until(pool, [Job("compare", waits, daily_at=LATE)], started.is_set, lasting=True)
    await run_until(pool, [Job("compare", noting(runs), daily_at=LATE)], lambda: bool(runs))

    assert [due.asked for due in runs] == [True]
    assert await pool.fetchval("SELECT day FROM schedules") is None  # the night's is still to come
