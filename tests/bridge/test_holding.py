"""A run is held by who works at it, while that shows that it lives; then another begins it anew."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bridge.holding import BusyError, LostError
from bridge.postgres import Pool, create_pool
from bridge.schedule import Due, Job, run_jobs, run_now
from tests.bridge.cable import cable_to
from tests.bridge.clockwork import LOOK, connect, noting, run_until
from tests.bridge.holder import JOB

RENEWED = "SELECT busy_until > now() + interval '50 seconds' FROM schedules"
UNHEARD = "UPDATE schedules SET busy_until = now()"  # as if the hold's time had passed


def of(work: Callable[[Due], Awaitable[None]]) -> Job:
    """A job that may take an hour, and is due every hour."""
    return Job(JOB, work, every=3600, patience=3600)


async def for_ever() -> None:
    await asyncio.Event().wait()


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let holders show that they live after a moment, in which the database must take it."""
    monkeypatch.setattr("bridge.holding.RENEWAL", 0.5)


async def test_a_run_is_held_for_a_minute_at_a_time_however_long_it_may_take(pool: Pool) -> None:
    number = await connect(pool)
    held: list[timedelta] = []

    async def looks(_due: Due) -> None:
        held.append(await pool.fetchval("SELECT busy_until - started_at FROM schedules"))

    await run_now(pool, of(looks), number)

    assert held == [timedelta(minutes=1)]


@pytest.mark.usefixtures("brisk")
async def test_a_run_stays_held_for_as_long_as_its_process_lives(pool: Pool) -> None:
    number = await connect(pool)

    async def works(_due: Due) -> None:
        await pool.execute("UPDATE schedules SET busy_until = now() + interval '40 seconds'")
        while not await pool.fetchval(RENEWED):  # noqa: ASYNC110  no event tells of a row
            await asyncio.sleep(0.01)

    async with asyncio.timeout(60):
        await run_now(pool, of(works), number)


async def test_a_killed_process_leaves_its_run_to_another_one_as_soon_as_its_hold_ends(
    pool: Pool, database_url: str
) -> None:
    number = await connect(pool)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bridge.holder", database_url, str(number)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"working\n"
    process.kill()
    await process.wait()
    runs: list[Due] = []

    await run_until(pool, [of(noting(runs))], lambda: bool(runs))

    assert len(runs) == 1


@pytest.mark.usefixtures("brisk")
async def test_who_was_not_heard_of_for_too_long_stops_though_it_is_heard_of_again(
    pool: Pool,
) -> None:
    number = await connect(pool)

    async def freezes(_due: Due) -> None:
        await pool.execute(UNHEARD)
        await for_ever()

    async with asyncio.timeout(60):
        with pytest.raises(LostError):
            await run_now(pool, of(freezes), number)


@pytest.mark.parametrize("how", ["well", "badly"])
async def test_who_ends_a_run_that_has_passed_on_leaves_its_successor_alone(
    pool: Pool, how: str
) -> None:
    number = await connect(pool)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def succeeds(_due: Due) -> None:
        begun.set()
        await go_on.wait()

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:

        async def freezes(_due: Due) -> None:
            await pool.execute(UNHEARD)
            group.create_task(run_now(pool, of(succeeds), number))
            await begun.wait()
            if how == "badly":
                raise RuntimeError

        with contextlib.suppress(RuntimeError):
            await run_now(pool, of(freezes), number)
        with pytest.raises(BusyError):
            await run_now(pool, of(freezes), number)
        go_on.set()

    ended = await pool.fetchval("SELECT ended_at > started_at AND problem IS NULL FROM schedules")
    assert ended is True


async def test_a_stop_waits_no_longer_than_a_look_may_take_for_a_line_that_went_silent(
    pool: Pool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.schedule.CLAIM", 0.5)
    await connect(pool)
    stop, runs = asyncio.Event(), list[Due]()
    async with (
        asyncio.timeout(60),
        cable_to(database_url) as (near, cable),
        await create_pool(near, size=2) as line,
    ):
        await line.fetchval("SELECT 1")
        cable.hush()
        running = asyncio.create_task(run_jobs(line, [of(noting(runs))], stop))
        await asyncio.sleep(5 * LOOK)  # a look is under way by then; were it not, all ends well too
        stop.set()
        await running
        cable.pull()

    assert runs == []


async def test_who_can_t_show_that_it_lives_stops_before_another_one_may_begin(
    pool: Pool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.holding.HOLD", 1.0)
    monkeypatch.setattr("bridge.holding.RENEWAL", 0.05)
    number = await connect(pool)
    async with (
        asyncio.timeout(60),
        cable_to(database_url) as (near, cable),
        await create_pool(near, size=2) as line,
    ):

        async def goes_silent(_due: Due) -> None:
            cable.hush()
            await for_ever()

        with pytest.raises(LostError):
            await run_now(line, of(goes_silent), number)
        cable.pull()
