"""Knocks: behind the answer, the broker is told which documents have something new."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, Final

import structlog

from bridge import metrics, tracing
from bridge.bus import Bus, Message
from bridge.postgres import AWAY, Pool, borrowed
from bridge.queries import load
from schemas.messages import TYPE, Knock, encode

QUERIES = load(__file__, "knocks.sql")
LOG = structlog.get_logger()
ROOM: Final = 50_000  # knocks that may wait; what finds no room is left to the sweep
AT_ONCE: Final = 128  # knocks that travel together
LONGEST_WAIT: Final = 5.0  # seconds that a knock gives way to webhooks
GLANCE: Final = 0.02  # seconds until the door is looked at again
NOTE_AFTER: Final = 1.0  # seconds
PATIENCE: Final = 3.0  # seconds for PostgreSQL
AGAIN_AFTER: Final = 60.0  # seconds until an event that nobody decided is announced again
MOST: Final = 100  # events that a sweep takes at once
ROUNDS: Final = 100  # of them in one pass


class Knocks:
    """The publisher of one process. It never makes the one who announces wait, nor fails him.

    While the door is `crowded`, knocks wait: a webhook that finds no room may never come again,
    a knock only comes later, and processors have enough to do in a crowd.
    """

    def __init__(self, pool: Pool, bus: Bus, crowded: Callable[[], bool] = lambda: False) -> None:
        self._pool = pool
        self._bus = bus
        self._crowded = crowded
        self._waiting: deque[tuple[float, Knock, str | None]] = deque()
        self._wake = asyncio.Event()
        self._confirmed: list[int] = []
        self._failing = False

    def announce(self, knock: Knock, trace: str | None = None) -> None:
        """Have a knock published soon, in its `trace`; the sweep does it when that fails."""
        if len(self._waiting) >= ROOM:
            metrics.KNOCKS_PUBLISHED.labels("no_room").inc()
            return
        self._waiting.append((monotonic(), knock, trace))
        self._wake.set()

    async def run(self) -> None:
        """Publish whatever waits, until cancelled."""
        while True:
            await self._wake.wait()
            if self._may_wait():
                await asyncio.sleep(GLANCE)
            else:
                await self._publish()

    async def keep_marks(self) -> None:
        """Note now and then which events have their knock, until cancelled.

        Not at once: an event that is decided by then, as most are, needs no note.
        """
        while True:
            await asyncio.sleep(NOTE_AFTER)
            await self._mark()

    async def finish(self) -> None:
        """Publish and note what waits now."""
        while self._waiting:
            await self._publish()
        await self._mark()

    def _may_wait(self) -> bool:
        if not (self._waiting and self._crowded()):
            return False
        return monotonic() - self._waiting[0][0] < LONGEST_WAIT

    async def _publish(self) -> None:
        count = min(AT_ONCE, len(self._waiting))
        together = [self._waiting.popleft()[1:] for _ in range(count)]
        group = [knock for knock, _ in together]
        if not self._waiting:
            self._wake.clear()
        traces = [trace for _, trace in together]
        with tracing.span("knocks.published", traces, "PRODUCER", messaging__system="rabbitmq"):
            taken = await publish(self._bus, group)
        self._tell(len(taken) < len(group))
        self._confirmed += taken

    async def _mark(self) -> None:
        ids, self._confirmed = self._confirmed, []
        if not ids:
            return
        try:
            async with borrowed(self._pool, PATIENCE) as connection:
                await QUERIES.mark_published(connection, ids=ids)
        except AWAY as error:
            # The sweep will publish them once more, which is harmless.
            LOG.warning("knocks.unmarked", events=len(ids), problem=type(error).__name__)

    def _tell(self, failing: bool) -> None:  # noqa: FBT001  it is the state itself
        if failing != self._failing:
            self._failing = failing
            say = LOG.warning if failing else LOG.info
            say("knocks.failing" if failing else "knocks.flowing")


async def publish(bus: Bus, knocks: Sequence[Knock]) -> list[int]:
    """Publish knocks together; returns the numbers of the events whose knocks were confirmed."""
    if not knocks:
        return []
    problems = await bus.publish_all([_message(knock) for knock in knocks])
    taken = [
        knock.event for knock, problem in zip(knocks, problems, strict=True) if problem is None
    ]
    metrics.KNOCKS_PUBLISHED.labels("confirmed").inc(len(taken))
    metrics.KNOCKS_PUBLISHED.labels("failed").inc(len(knocks) - len(taken))
    return taken


async def republish(pool: Pool, bus: Bus, *, older_than: float = 10.0) -> int:
    """Publish the knocks of undecided events that have none, or had it long ago; returns how many.

    One pass, oldest first; it ends early when the broker takes nothing. `older_than` is the age in
    seconds at which an event that was never announced is due. Several sweepers may run at once.
    Raises asyncpg's errors or OSError when PostgreSQL is away.
    """
    count = 0
    for _ in range(ROUNDS):
        knocks = await _claim(pool, older_than)
        taken = await publish(bus, knocks)
        count += len(taken)
        left = {knock.event for knock in knocks} - set(taken)
        if left:
            await QUERIES.unmark_published(pool, ids=list(left))
        if left or len(knocks) < MOST:
            break
    metrics.EVENTS_UNPUBLISHED.set(await QUERIES.count_unpublished(pool))
    return count


async def _claim(pool: Pool, older_than: float) -> list[Knock]:
    rows: Sequence[Any] = await QUERIES.claim_unpublished(
        pool, older_than=older_than, again_after=AGAIN_AFTER, most=MOST
    )
    return sorted((Knock(*row) for row in rows), key=lambda knock: knock.event)


def _message(knock: Knock) -> Message:
    return Message(knock.routing_key, TYPE, str(knock.event), encode(knock))
