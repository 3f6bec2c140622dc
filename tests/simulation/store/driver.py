"""The seam of asyncpg: a pool and connections that ask the tables in memory, by named query."""

import asyncio
from collections.abc import Callable, Generator
from typing import Any

import tests.simulation.store.fakes  # noqa: F401  registers what each query does
from tests.simulation.chance import Chance
from tests.simulation.loop import PROC, Killed, Proc, VirtualLoop
from tests.simulation.store.engine import Tables, Transaction
from tests.simulation.store.link import Link, Record


class Server:
    """One PostgreSQL for a schedule: tables, who listens, and whether it can be reached."""

    def __init__(self, chance: Chance, loop: VirtualLoop) -> None:
        self.tables = Tables()
        self.chance = chance
        self.loop = loop
        self.away_until = 0.0
        self.connections: list[Link] = []
        self.broken: Exception | None = None
        self.trace: list[tuple[Any, ...]] | None = None  # for the contract with PostgreSQL
        self.on_commit: Callable[[Transaction, Tables, float], None] = lambda *_: None

    @property
    def now(self) -> float:
        """The server's clock."""
        return self.loop.now

    def give_up(self, wrong: Exception) -> None:
        """A query that no fake fits ends the schedule: nothing of it would be worth a word."""
        self.broken = wrong
        self.loop.stop()

    def write(self, *entry: Any, at: float | None = None) -> None:
        """Note what was done, when the schedule is to be played again on PostgreSQL.

        `at` is the time of the statement, which alone is its transaction, however long it waited.
        """
        if self.trace is not None:
            self.trace.append((self.now if at is None else at, *entry))

    def commit(self, tx: Transaction) -> None:
        """Commit, and let the listeners hear after a while."""
        self.write("commit", tx.number)
        self.tables.commit(tx)
        self.on_commit(tx, self.tables, self.now)
        for channel, payload in tx.notes:
            for link in self.connections:
                link.hear(channel, payload)

    def roll_back(self, tx: Transaction) -> None:
        """Undo a transaction."""
        self.write("rollback", tx.number)
        self.tables.roll_back(tx)

    def go_away(self, seconds: float) -> None:
        """Stop at once, and be back after a while; what was committed stays."""
        self.away_until = self.now + seconds
        for link in list(self.connections):
            link.terminate()

    def forget(self, proc: Proc) -> None:
        """A process has died: its connections are gone, and their work undone."""
        for link in [link for link in self.connections if link.proc is proc]:
            link.terminate()


class _Acquiring:
    """What `pool.acquire()` gives: to await, or to enter."""

    def __init__(self, pool: "FakePool") -> None:
        self._pool = pool
        self._link: Link | None = None

    def __await__(self) -> Generator[Any, None, Link]:
        return self._pool.connect().__await__()

    async def __aenter__(self) -> Link:
        self._link = await self._pool.connect()
        return self._link

    async def __aexit__(self, *_: object) -> None:
        if self._link is not None:
            await self._pool.release(self._link)


class FakePool:
    """A pool for one process."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def acquire(self) -> _Acquiring:
        """Lend a connection."""
        return _Acquiring(self)

    async def connect(self) -> Link:
        """Open a connection; raises OSError while the server is away."""
        proc = PROC.get()
        assert proc is not None
        if proc.buried:
            raise Killed
        if self._server.now < self._server.away_until:
            await asyncio.sleep(self._server.chance.blink())
            raise ConnectionRefusedError("connection refused")
        return Link(self._server, proc)

    async def release(self, link: Link) -> None:
        """Take a connection back."""
        link.terminate()

    async def fetch(self, text: str, *arguments: Any) -> list[Record]:
        """As a connection does."""
        async with self.acquire() as link:
            return await link.fetch(text, *arguments)

    async def fetchrow(self, text: str, *arguments: Any) -> Record | None:
        """As a connection does."""
        async with self.acquire() as link:
            return await link.fetchrow(text, *arguments)

    async def fetchval(self, text: str, *arguments: Any) -> Any:
        """As a connection does."""
        async with self.acquire() as link:
            return await link.fetchval(text, *arguments)

    async def execute(self, text: str, *arguments: Any) -> str:
        """As a connection does."""
        async with self.acquire() as link:
            return await link.execute(text, *arguments)
