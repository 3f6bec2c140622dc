"""Jobs that run by the clock: each once for all processes, on the database's clock."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

import structlog

from bridge import holding, metrics
from bridge.holding import BusyError, Hold, LostError, held
from bridge.postgres import AWAY, Connection, Pool, borrowed
from bridge.queries import load
from bridge.waiting import StoppedError, pause, unless

QUERIES = load(__file__, "schedule.sql")
LOG = structlog.get_logger()
LOOK_EVERY: Final = 5.0  # seconds
CLAIM: Final = 20.0  # seconds that a look may take, which a stop waits for
AT_ONCE: Final = 4  # connections of one job, in one process
AGAIN: Final = 300.0  # seconds until a run that failed is tried again, if it is not due sooner


@dataclass(frozen=True, slots=True)
class Due:
    """One run of a job: for whom, which local day it is there, and if a person asked for it."""

    connection_id: int
    name: str
    day: date
    timezone: str
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a job stands for one connection: `progress` is None unless a run of it lasts.

    `asked_by` is who waits for it; `problem` why the last run failed, None once one went well.
    """

    asked_at: datetime | None
    asked_by: str | None
    started_at: datetime | None
    progress: str | None
    problem: str | None


NEVER: Final = Standing(None, None, None, None, None)
Work = Callable[[Due], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is done for every enabled connection.

    Either `every` so many seconds from start to start, or once a local day, at `daily_at` or as
    soon after it as a process runs; one that did not end well is due again. A run is cut off after
    `patience` seconds, and begun anew by another process when ours is not heard of for
    `holding.HOLD` seconds. So `work` must bear being repeated. `everyone`: for disabled
    connections too.
    """

    name: str
    work: Work
    every: float | None = None
    daily_at: time | None = None
    patience: float = 900
    everyone: bool = False


async def run_jobs(
    pool: Pool, jobs: Sequence[Job], stop: asyncio.Event, *, look_every: float = LOOK_EVERY
) -> None:
    """Run each job whenever it is due until `stop`; what runs then is cut off, to be done later."""
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(_keep(pool, job, look_every, stop), name=job.name)


async def run_now(pool: Pool, job: Job, connection_id: int) -> None:
    """Run a job for one connection at once, due or not.

    Raises BusyError when it runs already, LostError, and whatever the work raises.
    """
    asked = holding.now()
    started_at = await QUERIES.claim_now(
        pool, job=job.name, connection_id=connection_id, hold=holding.HOLD
    )
    if started_at is None:
        raise BusyError(f"{job.name} runs just now")
    await _run(pool, job, Hold(job.name, connection_id, started_at, asked), asyncio.Event())


async def ask(database: Connection, job: str, connection_id: int, actor: str) -> None:
    """Let a job run for one connection within seconds, in whatever process runs jobs.

    Only enabled connections have jobs. Raises BusyError when it runs, or was asked for, already.
    """
    asked = await QUERIES.ask(database, job=job, connection_id=connection_id, actor=actor)
    if asked is None:
        raise BusyError(f"{job} runs just now")


async def tell(pool: Pool, job: str, connection_id: int, progress: str) -> None:
    """Say how far a run is, for those who wait for it."""
    await QUERIES.tell(pool, job=job, connection_id=connection_id, progress=progress)


async def standing(database: Connection, job: str, connection_id: int) -> Standing:
    """Say how a job stands for one connection."""
    row = await QUERIES.standing(database, job=job, connection_id=connection_id)
    return Standing(**row) if row else NEVER


async def _keep(pool: Pool, job: Job, look_every: float, stop: asyncio.Event) -> None:
    # Never cancelled by a stop: a claim that nobody hears of would be held by nobody.
    while not stop.is_set():
        try:
            await _run_due(pool, job, stop)
        except AWAY as error:
            LOG.warning("job.database_away", job=job.name, problem=type(error).__name__)
        await pause(stop, look_every)


async def _run_due(pool: Pool, job: Job, stop: asyncio.Event) -> None:
    asked = holding.now()
    async with borrowed(pool, CLAIM) as database:
        rows = await QUERIES.claim_due(
            database,
            job=job.name,
            every=job.every,
            daily_at=job.daily_at,
            everyone=job.everyone,
            hold=holding.HOLD,
            most=AT_ONCE,
        )
    async with asyncio.TaskGroup() as group:
        for row in rows:
            hold = Hold(job.name, row["connection_id"], row["started_at"], asked)
            group.create_task(_run_logged(pool, job, hold, stop))


async def _run_logged(pool: Pool, job: Job, hold: Hold, stop: asyncio.Event) -> None:
    try:
        await _run(pool, job, hold, stop)
    except StoppedError:
        LOG.info("job.stopped", job=job.name, connection_id=hold.connection_id)
    except Exception:  # a job that fails is tried again: it must not end the others
        LOG.exception("job.failed", job=job.name, connection_id=hold.connection_id)


async def _run(pool: Pool, job: Job, hold: Hold, stop: asyncio.Event) -> None:
    row = await QUERIES.due(pool, job=job.name, connection_id=hold.connection_id)
    if row is None:
        return  # deleted meanwhile
    due = Due(**row)
    try:
        with metrics.JOB_SECONDS.labels(job.name).time():
            async with asyncio.timeout(job.patience), held(pool, hold), unless(stop):
                await job.work(due)
    except LostError:
        _count(job, "lost")  # how it ends is another's to say
        raise
    except (StoppedError, asyncio.CancelledError):
        await _end_badly(pool, job, hold, 0.0, "the process stopped")
        raise
    except Exception as error:
        again = min(AGAIN, job.every or AGAIN)
        await _end_badly(pool, job, hold, again, f"{type(error).__name__}: {error}"[:500])
        raise
    await QUERIES.end_well(
        pool,
        job=job.name,
        connection_id=hold.connection_id,
        started_at=hold.started_at,
        day=due.day,
    )
    _count(job, "done")


async def _end_badly(pool: Pool, job: Job, hold: Hold, again_in: float, problem: str) -> None:
    _count(job, "failed" if again_in else "stopped")
    # Without the database the row stays busy, and is free again when the hold is over.
    with contextlib.suppress(*AWAY):
        await QUERIES.end_badly(
            pool,
            job=job.name,
            connection_id=hold.connection_id,
            started_at=hold.started_at,
            again_in=again_in,
            problem=problem,
        )


def _count(job: Job, outcome: Any) -> None:
    metrics.JOB_RUNS.labels(job.name, outcome).inc()
