"""The shell: a knock becomes decisions, one transaction an event, and is acknowledged after it."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final

import asyncpg
import structlog
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from bridge import metrics
from bridge.bus import Bus, Message
from bridge.postgres import Connection, Pool
from processors import journal, scenes
from processors.decide import decide
from processors.decisions import Decision
from processors.scenes import Scene
from schemas.messages import Knock, decode, queue_of
from schemas.words import TRIGGERS

LOG = structlog.get_logger()
MOST_FAILURES: Final = 5  # of one event, before it waits for a person
# What another try may mend: a quarrel over locks, or a database that was away.
PASSING: Final = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.PostgresConnectionError,
    OSError,
)


async def run(
    pool: Pool, bus: Bus, entities: Sequence[str], *, concurrency: int, stop: asyncio.Event
) -> None:
    """Decide the events of `entities` as their messages come, until `stop`; then finish what runs.

    At most `concurrency` messages of an entity are under way at once.
    """

    async def handle(message: Message) -> None:
        knock = _read(message)
        if knock is not None:
            await answer(pool, knock.event, again=message.redelivered)

    queues = [queue_of(entity) for entity in entities]
    await bus.consume(queues, handle, prefetch=concurrency, stop=stop)


def _read(message: Message) -> Knock | None:
    try:
        knock = decode(message.kind, message.body)
    except ValueError as error:
        LOG.warning("knock.unreadable", message_id=message.message_id, problem=str(error))
        return None
    if knock.trigger not in TRIGGERS:
        LOG.warning("knock.unknown", message_id=message.message_id, trigger=knock.trigger)
        return None
    return knock


async def answer(pool: Pool, event_id: int, *, again: bool = False) -> None:
    """Decide an event, and before it every earlier one that touches its documents.

    `again` says that it was tried before: then failures are counted, and too many park the event.
    """
    waiting = [event_id]
    while waiting:
        earlier = await _settle(pool, waiting[-1], again=again)
        if earlier is None:
            waiting.pop()
        else:
            waiting.append(earlier)


@retry(
    retry=retry_if_exception_type(PASSING),
    stop=stop_after_attempt(5),
    wait=wait_random_exponential(multiplier=0.02, max=2),
    reraise=True,
)
async def _settle(pool: Pool, event_id: int, *, again: bool) -> int | None:
    """Decide one event; returns an event that must be decided first, None when it is through."""
    started = time.perf_counter()
    async with pool.acquire() as connection:
        scene = await scenes.survey(connection, event_id)
        if scene is None or scene.earlier is not None:
            return scene.earlier if scene else None
        # Counted before the work, so that what kills the process counts too.
        failures = await journal.count_failure(connection, event_id) if again else 0
        try:
            earlier, decisions = await _decide(connection, scene, failures)
        except PASSING:
            raise
        except Exception as error:
            await journal.note_failure(connection, event_id, _name(error))
            raise
    metrics.DECIDE_SECONDS.observe(time.perf_counter() - started)
    _report(scene, decisions, started)
    return earlier


async def _decide(
    connection: Connection, seen: Scene, failures: int
) -> tuple[int | None, Sequence[Decision]]:
    """Decide under the locks. What came up meanwhile is told instead: the event to look at next."""
    async with connection.transaction():
        await scenes.lock(connection, seen)
        scene = await scenes.survey(connection, seen.event["id"])
        if scene is None:
            return None, ()
        if scene.earlier is not None or not scene.to_lock <= seen.to_lock:
            return scene.earlier or scene.event["id"], ()
        if not scene.event["enabled"]:
            await journal.hold(connection, scene)
            return None, ()
        if failures >= MOST_FAILURES:
            return None, await journal.park(connection, scene, _despair(scene, failures))
        if scene.problem is not None:
            return None, await journal.park(connection, scene, scene.problem)
        case = await scenes.case_of(connection, scene)
        decisions = decide(case)
        await journal.save(connection, scene, case, decisions)
        return None, decisions


def _name(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def _despair(scene: Scene, failures: int) -> str:
    LOG.error("event.given_up", event_id=scene.event["id"], failures=failures)
    error = scene.event["reason"] or "the process ended meanwhile"
    return f"Deciding it failed {failures} times; the last time: {error}"


def _report(scene: Scene, decisions: Sequence[Decision], started: float) -> None:
    event = scene.event
    for decision in decisions:
        metrics.DECISIONS.labels(
            event["connection_name"],
            decision.document.entity,
            decision.action,
            decision.outcome,
            decision.code or "",
        ).inc()
        LOG.info(
            "event.decided",
            connection=event["connection_name"],
            event_id=event["id"],
            request_id=event["request_id"],
            document=str(decision.document),
            trigger=event["trigger"],
            action=decision.action,
            key=decision.key,
            outcome=decision.outcome,
            code=decision.code,
            commands=[command.kind for command in decision.commands],
            parked=[command.cause for command in decision.commands if command.cause],
            ms=round((time.perf_counter() - started) * 1000, 1),
        )
