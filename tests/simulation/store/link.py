"""A connection as asyncpg gives it, asking the tables in memory by named query."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Final

import asyncpg

from tests.simulation.loop import Killed, Proc
from tests.simulation.store.engine import Blocked, Transaction
from tests.simulation.store.registry import FAKES, Named, UnknownQueryError
from tests.simulation.store.statement import Statement

if TYPE_CHECKING:
    from tests.simulation.store.driver import Server

PATIENCE: Final = 30.0  # seconds; the pool's command_timeout
LOST: Final = "connection was closed in the middle of operation"


class Record(dict[Any, Any]):
    """A row as asyncpg gives it: by name, by place, and its values in order."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values())

    def __missing__(self, place: int | str) -> Any:
        if isinstance(place, str):
            raise KeyError(place)
        return list(self.values())[place]


class Link:
    """A connection of one process, with asyncpg's methods."""

    def __init__(self, server: "Server", proc: Proc) -> None:
        self._server = server
        self.proc = proc
        self.tx: Transaction | None = None
        self._closed = False
        self._heard: dict[str, tuple[Any, Any]] = {}
        server.connections.append(self)

    # -- what production asks -----------------------------------------------------------------

    async def fetch(self, text: str, *arguments: Any) -> list[Record]:
        """All rows."""
        return [Record(row) for row in await self._ask(text, arguments)]

    async def fetchrow(self, text: str, *arguments: Any) -> Record | None:
        """The first row, or None."""
        rows = await self._ask(text, arguments)
        return Record(rows[0]) if rows else None

    async def fetchval(self, text: str, *arguments: Any) -> Any:
        """The first value of the first row, or None."""
        rows = await self._ask(text, arguments)
        return next(iter(rows[0].values())) if rows else None

    async def execute(self, text: str, *arguments: Any) -> str:
        """Nothing of use."""
        await self._ask(text, arguments)
        return ""

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Work that is seen whole or not at all."""
        await self._pass()
        self.tx = self._server.tables.begin(self._server.now, self.proc)
        self._server.write("begin", self.tx.number)
        try:
            yield
        except BaseException:
            self._drop_work()
            raise
        await self._commit()

    async def add_listener(self, channel: str, callback: Any) -> None:
        """LISTEN."""
        await self._pass()
        self._heard[channel] = (callback, copy_context())

    def terminate(self) -> None:
        """End at once."""
        self._drop_work()
        self._closed = True
        self._heard.clear()
        if self in self._server.connections:
            self._server.connections.remove(self)

    def is_closed(self) -> bool:
        """Whether the server has gone or the connection was ended."""
        return self._closed

    # -- how it is answered -------------------------------------------------------------------

    def hear(self, channel: str, payload: str) -> None:
        """Pass a notification on, after a moment."""
        if channel in self._heard:
            callback, context = self._heard[channel]
            self._server.loop.call_later(
                self._server.chance.blink(),
                callback,
                self,
                0,
                channel,
                payload,
                context=context.copy(),
            )

    def _drop_work(self) -> None:
        if self.tx is not None and not self.tx.ended:
            self._server.roll_back(self.tx)
        self.tx = None

    async def _commit(self) -> None:
        tx = self.tx
        await self._pass()
        if tx is None or tx.ended:
            raise asyncpg.ConnectionDoesNotExistError(LOST)
        self._server.commit(tx)
        self.tx = None
        # Between an attempt's commit and its first byte only the deadline of its sending helps.
        if blow := self._server.chance.blow(self.proc, cuts=True, tires=self.proc.role == "outbox"):
            await self._suffer(blow, "after")

    async def _ask(self, text: str, arguments: tuple[Any, ...]) -> list[dict[str, Any]]:
        if text == "SELECT 1":
            return [{"?column?": 1}]
        query = self._find(text)
        await self._pass()
        rows = await self._run(query, arguments)
        if blow := self._server.chance.blow(self.proc, cuts=True):
            await self._suffer(blow, "after")
        return rows

    def _find(self, text: str) -> Named:
        try:
            return FAKES.find(text)
        except UnknownQueryError as unknown:
            self._server.give_up(unknown)
            raise

    async def _pass(self) -> None:
        """The way to the server takes time; the process may die, freeze or lose the line on it."""
        chance = self._server.chance
        self._check()
        if blow := chance.blow(self.proc, cuts=True):
            await self._suffer(blow, "before")
        if (pause := chance.statement()) > 0:
            await asyncio.sleep(pause)
        self._check()

    async def _suffer(self, blow: str, side: str) -> None:
        chance = self._server.chance
        if blow == "cut":
            chance.count(f"cut.{self.proc.role}.{side}")
            self.terminate()
            raise asyncpg.ConnectionDoesNotExistError(LOST)
        await chance.strike(blow, self.proc, "db", side)

    def _check(self) -> None:
        if self.proc.buried:
            raise Killed
        if self._closed:
            raise asyncpg.InterfaceError("connection is closed")

    async def _run(self, query: Named, arguments: tuple[Any, ...]) -> list[dict[str, Any]]:
        server, now = self._server, self._server.loop.now
        alone = self.tx is None
        tx = self.tx or server.tables.begin(now, self.proc)
        statement = Statement(server.tables, tx, now)
        try:
            rows = await self._try(query, statement, arguments)
        except BaseException:
            if alone and not tx.ended:
                server.tables.roll_back(tx)
            raise
        tx.said.append((query, arguments))
        if server.trace is not None:
            number, at = (None, tx.started) if alone else (tx.number, server.now)
            server.write("run", number, query.name, arguments, rows, at=at)
        if alone:
            server.tables.commit(tx)
            server.on_commit(tx, server.tables, server.now)
            for channel, payload in tx.notes:
                for link in list(server.connections):
                    link.hear(channel, payload)
        return rows

    async def _try(
        self, query: Named, statement: Statement, arguments: tuple[Any, ...]
    ) -> list[dict[str, Any]]:
        server, tx = self._server, statement.tx
        deadline = server.loop.now + PATIENCE
        while True:
            mark = len(tx.undo)
            try:
                return FAKES.run(query, statement, arguments)
            except (TypeError, KeyError, LookupError, AssertionError) as wrong:
                wrong.add_note(f"the fake of {query.name} does not fit the query any more")
                server.give_up(wrong)
                raise
            except Blocked as blocked:
                server.tables.take_back(tx, mark)
                server.write("blocked", tx.number, query.name, arguments, at=tx.started)
                statement.restart()
                await self._wait(tx, blocked.holder, deadline)

    async def _wait(self, tx: Transaction, holder: Transaction, deadline: float) -> None:
        self._server.chance.count("db.lock_waited_for")
        other: Transaction | None = holder
        while other is not None:
            if other is tx:
                self._server.chance.count("db.deadlock")
                raise asyncpg.DeadlockDetectedError("deadlock detected")
            other = other.waits_for
        freed = self._server.loop.create_future()
        holder.waiters.append(freed)
        tx.waits_for = holder
        try:
            async with asyncio.timeout_at(deadline):
                await freed
        finally:
            tx.waits_for = None
        if self._closed or tx.ended:
            raise asyncpg.ConnectionDoesNotExistError(LOST)
