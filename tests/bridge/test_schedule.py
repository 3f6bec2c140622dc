"""Jobs by the clock: once for all processes, in the organisation's own day, and never lost."""

import asyncio
from datetime import date
from typing import Any

import pytest

from bridge.holding import BusyError
from bridge.postgres import Pool
from bridge.problems import close_problem, open_problem, problems_of
from bridge.schedule import Due, Job, run_jobs, run_now
from tests.bridge.clockwork import ANY_TIME, LOOK, connect, noting, run_until

CLAIMING = """
SELECT EXISTS (SELECT FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock')
"""


async def test_a_daily_job_runs_once_a_day_however_many_sweepers_there_are(pool: Pool) -> None:
    await connect(pool)
    runs: list[Due] = []

    await run_until(pool, [Job("push", noting(runs), daily_at=ANY_TIME)], lambda: bool(runs))

    assert [due.name for due in runs] == ["acme"]


async def test_the_day_is_the_organisations_own(pool: Pool) -> None:
    await connect(pool, "early", "Pacific/Kiritimati")
    await connect(pool, "late", "Pacific/Pago_Pago")
    runs: list[Due] = []

    await run_until(pool, [Job("push", noting(runs), daily_at=ANY_TIME)], lambda: len(runs) > 1)

    days: dict[str, date] = {due.name: due.day for due in runs}
    assert (days["early"] - days["late"]).days in {1, 2}


async def test_a_day_that_was_missed_is_done_when_a_process_runs_again(pool: Pool) -> None:
    number = await connect(pool)
    runs: list[Due] = []
    job = Job("push", noting(runs), daily_at=ANY_TIME)
    await run_now(pool, job, number)
    await pool.execute("UPDATE schedules SET day = day - 3")

    await run_until(pool, [job], lambda: len(runs) > 1)

    assert len(runs) == 2


async def test_a_job_is_not_due_again_before_its_interval_is_over(pool: Pool) -> None:
    await connect(pool)
    runs: list[Due] = []

    await run_until(pool, [Job("sweep", noting(runs), every=3600)], lambda: bool(runs))
    await pool.execute("UPDATE schedules SET started_at = now() - interval '2 hours'")
    await run_until(pool, [Job("sweep", noting(runs), every=3600)], lambda: len(runs) > 1)

    assert len(runs) == 2


async def test_a_disabled_connection_has_no_jobs(pool: Pool) -> None:
    await connect(pool)
    await connect(pool, "off")
    await pool.execute("UPDATE connections SET enabled = false WHERE name = 'off'")
    runs: list[Due] = []

    await run_until(pool, [Job("sweep", noting(runs), every=3600)], lambda: bool(runs))

    assert [due.name for due in runs] == ["acme"]


async def test_a_run_that_fails_is_told_and_tried_again_while_all_else_goes_on(pool: Pool) -> None:
    await connect(pool)
    runs: list[Due] = []

    async def breaks(_due: Due) -> None:
        raise RuntimeError("Zoho has no such list")

    async def told() -> bool:
        row = await pool.fetchval("SELECT problem FROM schedules WHERE job = 'broken'")
        return row is not None and bool(runs)

    jobs = [Job("broken", breaks, daily_at=ANY_TIME), Job("push", noting(runs), daily_at=ANY_TIME)]
    await run_until(pool, jobs, told)

    row = await pool.fetchrow("SELECT * FROM schedules WHERE job = 'broken'")
    assert row is not None
    assert (row["problem"], row["day"]) == ("RuntimeError: Zoho has no such list", None)
    assert row["busy_until"] > row["started_at"]


async def test_a_run_that_failed_is_made_again_when_the_next_one_would_be_due(pool: Pool) -> None:
    await connect(pool)
    tries: list[Due] = []

    await run_until(pool, [failing(tries, every=0.1)], lambda: len(tries) > 1)

    assert len(tries) > 1


async def test_a_run_that_failed_does_not_wait_for_the_next_one(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.schedule.AGAIN", 0.05)
    await connect(pool)
    tries: list[Due] = []

    await run_until(pool, [failing(tries, every=3600)], lambda: len(tries) > 1)

    assert len(tries) > 1


async def test_a_run_that_failed_may_be_made_by_hand_at_once(pool: Pool) -> None:
    number = await connect(pool)
    tries: list[Due] = []

    for _ in range(2):
        with pytest.raises(RuntimeError):
            await run_now(pool, failing(tries), number)

    assert len(tries) == 2


def failing(tries: list[Due], every: float | None = None) -> Job:
    """A job that fails each time."""

    async def breaks(due: Due) -> None:
        tries.append(due)
        raise RuntimeError("Zoho is away")

    return Job("sweep", breaks, every=every)


async def test_a_run_that_hangs_is_cut_off(pool: Pool) -> None:
    number = await connect(pool)

    async def hangs(_due: Due) -> None:
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await run_now(pool, Job("push", hangs, patience=0.05), number)


async def test_a_job_is_never_run_twice_at_once_for_a_connection(pool: Pool) -> None:
    number = await connect(pool)
    started, go_on = asyncio.Event(), asyncio.Event()

    async def waits(_due: Due) -> None:
        started.set()
        await go_on.wait()

    job = Job("push", waits)
    async with asyncio.TaskGroup() as group:
        group.create_task(run_now(pool, job, number))
        await started.wait()
        with pytest.raises(BusyError):
            await run_now(pool, job, number)
        go_on.set()


@pytest.mark.parametrize("clock", [{"daily_at": ANY_TIME}, {"every": 3600.0}], ids=str)
async def test_a_stop_cuts_a_run_off_and_leaves_it_to_the_next_process(
    pool: Pool, clock: dict[str, Any]
) -> None:
    await connect(pool)
    started, runs = asyncio.Event(), list[Due]()

    async def waits(_due: Due) -> None:
        started.set()
        await asyncio.Event().wait()

    await run_until(pool, [Job("push", waits, **clock)], started.is_set, lasting=True)
    await run_until(pool, [Job("push", noting(runs), **clock)], lambda: bool(runs))

    assert len(runs) == 1


async def test_a_stop_leaves_no_run_busy_that_was_being_claimed(pool: Pool) -> None:
    await connect(pool)
    stop, runs = asyncio.Event(), list[Due]()
    job = Job("push", noting(runs), every=3600)
    await run_until(pool, [job], lambda: bool(runs))
    await pool.execute("UPDATE schedules SET ended_at = NULL")

    async with (
        asyncio.timeout(60),
        pool.acquire() as database,
        asyncio.TaskGroup() as group,
        database.transaction(),
    ):
        await database.execute("SELECT FROM schedules FOR UPDATE")
        group.create_task(run_jobs(pool, [job], stop))
        while not await database.fetchval(CLAIMING):  # noqa: ASYNC110  only PostgreSQL knows
            await asyncio.sleep(LOOK)
        stop.set()

    assert await pool.fetchval("SELECT busy_until <= now() FROM schedules")


async def test_a_problem_keeps_the_time_it_was_first_seen_until_it_is_mended(pool: Pool) -> None:
    number = await connect(pool)
    await open_problem(pool, number, "base_currency", "Zoho keeps CAD, Xero USD", "Choose another")
    (first,) = await problems_of(pool, number)
    await open_problem(pool, number, "base_currency", "Zoho keeps CAD, Xero EUR", "Choose another")
    (again,) = await problems_of(pool, number)

    assert (again.opened_at, again.what) == (first.opened_at, "Zoho keeps CAD, Xero EUR")

    await close_problem(pool, number, "base_currency")
    assert await problems_of(pool, number) == []
