"""The shell: a knock becomes decisions, one transaction an event, and is acknowledged after it."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import asyncpg
import structlog
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from bridge import tracing
from bridge.bus import Bus, Message, queue_of
from bridge.postgres import Connection, Pool
from processors.decide import decide
from processors.decisions import Decision
from processors.shell import journal, scenes
from processors.shell.asking import Asker, PostponedError, Wish, first_event, wishes
from processors.shell.reporting import report
from processors.shell.scenes import Scene
from processors.shell.standing import Standing, case_of, standing_of
from schemas.messages import Knock, decode
from schemas.words import TRIGGERS, Ref

LOG = structlog.get_logger()
MOST_FAILURES: Final = 5  # of one event, before it waits for a person
MOST_DEATHS: Final = 10  # with nothing known of why: it may have been a restart, or a lost database
# What another try may mend: a quarrel over locks, or a database that was away.
PASSING: Final = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.PostgresConnectionError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class Turn:
    """An event whose turn it is; `alone` lets it go before what merely touches its document."""

    event: int
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """One answer to a knock: `asked` are the documents that Zoho was asked for in the course of it.

    `event` is the knock's own, `failures` how often it was tried before and came to nothing. Those
    before it have knocks of their own that count: many who wait for one are no failure of it.
    """

    pool: Pool
    asker: Asker | None
    event: int
    failures: int
    asked: set[Ref] = field(default_factory=set)


async def run(
    pool: Pool,
    bus: Bus,
    entities: Sequence[str],
    *,
    concurrency: int,
    stop: asyncio.Event,
    asker: Asker | None = None,
) -> None:
    """Decide the events of `entities` as their messages come, until `stop`; then finish what runs.

    At most `concurrency` messages of an entity are under way at once. Without an `asker` decisions
    have only what webhooks carry.
    """

    async def handle(message: Message) -> None:
        knock = _read(message)
        if knock is not None:
            await answer(pool, knock.event, again=message.redelivered, asker=asker)

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


async def answer(
    pool: Pool, event_id: int, *, again: bool = False, asker: Asker | None = None
) -> None:
    """Decide an event, and before it every earlier one that touches its documents.

    `again` says that it was tried before: then failures are counted, and too many park the event.
    """
    # Counted before the work, so that what kills the process counts too.
    failures = await journal.count_failure(pool, event_id) if again else 0
    visit = Visit(pool, asker, event_id, failures)
    turns = [Turn(event_id)]
    try:
        while turns:
            ahead = await _settle(visit, turns[-1])
            if ahead is None:
                turns.pop()
            else:
                turns.append(ahead)
    except PostponedError as error:
        LOG.info("event.postponed", event_id=event_id, problem=str(error))


async def _settle(visit: Visit, turn: Turn) -> Turn | None:
    """Decide one event; returns whose turn is before it, None when it is through.

    Raises PostponedError where it should wait for Zoho.
    """
    try:
        return await _try(visit, turn)
    except PASSING:
        return await _try_again(visit, turn)


async def _try(visit: Visit, turn: Turn) -> Turn | None:
    async with visit.pool.acquire() as connection:
        scene = await scenes.survey(connection, turn.event)
        if scene is None:
            return None
        wish = _wish(visit, scene)
        if wish is not None:
            # What comes before has its turn before Zoho is asked: it may tell what is wished for.
            ahead = await scenes.earlier(connection, scene, alone=turn.alone)
            if ahead is not None:
                return Turn(ahead)
        else:
            trace = (scene.event["traceparent"],)
            with tracing.span("event.decided", trace, "CONSUMER", bridge__event_id=turn.event):
                return await _settle_here(connection, visit, turn, scene)
    # Zoho is asked without a connection in hand: others have work for it.
    return await _ask(visit, turn, scene, wish)


# Apart from the first try: to be ready for more costs a tenth of a decision.
_try_again = retry(
    retry=retry_if_exception_type(PASSING),
    stop=stop_after_attempt(4),
    wait=wait_random_exponential(multiplier=0.02, max=2),
    reraise=True,
)(_try)


def _wish(visit: Visit, scene: Scene) -> Wish | None:
    if visit.asker is None:
        return None
    return next((wish for wish in wishes(scene) if wish.ref not in visit.asked), None)


async def _ask(visit: Visit, turn: Turn, scene: Scene, wish: Wish) -> Turn:
    assert visit.asker is not None  # noqa: S101  there are no wishes without one
    visit.asked.add(wish.ref)
    first = await first_event(visit.pool, visit.asker, scene, wish)
    if first is None:
        return turn
    if wish.ref == scene.ref:
        await journal.give_way(visit.pool, scene, first)
        return Turn(first)
    return Turn(first, alone=True)


async def _settle_here(
    connection: Connection, visit: Visit, turn: Turn, scene: Scene
) -> Turn | None:
    started = time.perf_counter()
    try:
        ahead, decisions = await _decide(connection, visit, turn, scene)
    except PASSING:
        raise
    except Exception as error:
        await journal.note_failure(connection, turn.event, _name(error))
        raise
    report(scene, decisions, time.perf_counter() - started)
    return ahead


async def _decide(
    connection: Connection, visit: Visit, turn: Turn, seen: Scene
) -> tuple[Turn | None, Sequence[Decision]]:
    """Decide under the locks. What came up meanwhile is told instead: whose turn it is now."""
    async with connection.transaction():
        scene = await scenes.lock(connection, seen)
        if scene is None or _wish(visit, scene) is not None:
            return turn, ()
        standing = await standing_of(connection, scene, alone=turn.alone)
        if standing.row["state"] != "undecided":
            return None, ()
        if standing.row["earlier"] is not None:
            return Turn(standing.row["earlier"]), ()
        failures = visit.failures if turn.event == visit.event else 0
        return None, await _conclude(connection, scene, standing, failures)


async def _conclude(
    connection: Connection, scene: Scene, standing: Standing, failures: int
) -> Sequence[Decision]:
    """Let an event whose turn it is come to its end, or wait for what it needs."""
    if not standing.row["enabled"]:
        await journal.hold(connection, scene)
        return ()
    if failures >= (MOST_FAILURES if scene.event["reason"] else MOST_DEATHS):
        return await journal.park(connection, scene, _despair(scene, failures))
    if scene.problem is not None:
        return await journal.park(connection, scene, scene.problem)
    case = case_of(scene, standing)
    decisions = decide(case)
    await journal.save(connection, scene, standing, case, decisions)
    return decisions


def _name(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def _despair(scene: Scene, failures: int) -> str:
    LOG.error("event.given_up", event_id=scene.event["id"], failures=failures)
    error = scene.event["reason"] or "the process ended meanwhile"
    return f"Deciding it failed {failures} times; the last time: {error}"
