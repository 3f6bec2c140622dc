"""The journal: what arrives together shares one commit, and only what is committed is answered."""

import asyncio
from collections import deque
from typing import Any, Final

import asyncpg
import structlog

from bridge import metrics
from bridge.postgres import AWAY, Connection, Pool
from ingress.journal.recording import Entry, GoneError, Recorded, record

LOG = structlog.get_logger()
MOST_EVENTS: Final = 200  # in one commit
MOST_BYTES: Final = 8 * 1024 * 1024  # of bodies in one commit
ROOM: Final = 2000  # events that may wait
ROOM_BYTES: Final = 64 * 1024 * 1024  # of bodies that may wait
CROWD: Final = 8  # events in one commit; a few hundred webhooks a second make groups of one or two
PATIENCE: Final = 3.0  # seconds for a connection and a commit
# The row's own fault, not the server's: only that row is refused.
POISON: Final = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,
)


class JournalAwayError(Exception):
    """PostgreSQL does not take anything now, or too much waits: the sender must come again."""


class UnstorableError(Exception):
    """PostgreSQL refuses this one event, and would again."""


Waiter = tuple[Entry, asyncio.Future[Recorded]]


class Journal:
    """One writer for a process, so that the journal keeps the order in which events arrived."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._waiting: deque[Waiter] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._together = 0

    @property
    def crowded(self) -> bool:
        """Whether webhooks come so fast that many share a commit."""
        return self._together >= CROWD

    async def record(self, entry: Entry) -> Recorded:
        """Return once the event is committed, or was before.

        Raises JournalAwayError, UnstorableError or GoneError.
        """
        if len(self._waiting) >= ROOM or self._bytes + len(entry.body) > ROOM_BYTES:
            raise JournalAwayError("too many webhooks wait to be stored")
        future: asyncio.Future[Recorded] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, future))
        self._bytes += len(entry.body)
        self._wake.set()
        return await future

    async def run(self) -> None:
        """Write whatever waits, until cancelled; through every loss of the server."""
        while True:
            await self._wake.wait()
            try:
                async with asyncio.timeout(PATIENCE):
                    connection = await self._pool.acquire()
            except AWAY as error:
                self._turn_away(error)
                continue
            try:
                await self._write_on(connection)
            finally:
                await self._pool.release(connection)

    async def _write_on(self, connection: Connection) -> None:
        while True:
            await self._wake.wait()
            if not _is_open(connection):
                return
            group = self._take()
            self._together = len(group)
            if not group:
                self._wake.clear()
                continue
            try:
                await _store(connection, group)
            except AWAY as error:
                _fail(group, error)
                if _is_open(connection):
                    connection.terminate()  # nobody knows what state it is in
                return

    def _take(self) -> list[Waiter]:
        """Take from the front what fits into one commit, a document once (its order matters)."""
        group: list[Waiter] = []
        documents: set[tuple[int, str, str]] = set()
        size = 0
        while self._waiting and len(group) < MOST_EVENTS and size < MOST_BYTES:
            entry = self._waiting[0][0]
            if entry.document in documents:
                break
            documents.add(entry.document)
            size += len(entry.body)
            group.append(self._waiting.popleft())
        self._bytes -= size
        return group

    def _turn_away(self, error: BaseException) -> None:
        self._wake.clear()
        self._together = 0
        group = list(self._waiting)
        self._waiting.clear()
        self._bytes = 0
        _fail(group, error)


def _is_open(connection: Connection) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        return False  # the pool took it back when its server dropped it


async def _store(connection: Connection, group: list[Waiter]) -> None:
    entries = [entry for entry, _ in group]
    try:
        async with asyncio.timeout(PATIENCE):
            rows = await record(connection, entries)
    except POISON as error:
        await _store_alone(connection, group, error)
        return
    metrics.JOURNAL_GROUP_SIZE.observe(len(group))
    for entry, future in group:
        if not future.done():
            _settle(future, rows.get(entry.document))


async def _store_alone(
    connection: Connection, group: list[Waiter], error: asyncpg.PostgresError | Any
) -> None:
    if len(group) > 1:
        for waiter in group:
            await _store(connection, [waiter])
        return
    LOG.error("event.unstorable", request_id=group[0][0].request_id, problem=type(error).__name__)
    group[0][1].set_exception(UnstorableError(type(error).__name__))


def _settle(future: asyncio.Future[Recorded], recorded: Recorded | None) -> None:
    if recorded is None:
        future.set_exception(GoneError)
    else:
        future.set_result(recorded)


def _fail(group: list[Waiter], error: BaseException) -> None:
    LOG.warning("journal.away", problem=f"{type(error).__name__}: {error}", events=len(group))
    for _, future in group:
        if not future.done():
            future.set_exception(JournalAwayError("PostgreSQL is away"))
