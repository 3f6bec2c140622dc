"""Plays a schedule's statements again on PostgreSQL, in their order, on the schedule's clock.

`now()` is the schedule's there too: a function of that name stands before the server's own.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg

from bridge.postgres import prepare
from tests.simulation.schedule import Played
from tests.simulation.store.engine import KEYS, moment
from tests.simulation.store.registry import FAKES

CLOCKS: Final = """
CREATE FUNCTION public.now() RETURNS timestamptz STABLE LANGUAGE sql
    AS $$ SELECT current_setting('sim.now')::timestamptz $$;
CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz STABLE LANGUAGE sql
    AS $$ SELECT current_setting('sim.clock')::timestamptz $$;
"""
ORDERED: Final = ("ready", "open_attempts", "open_members", "unfinished")
# Not tried in vain: drawing numbers, they would shift those that come after.
DRAWING: Final = (
    "record",
    "add_command",
    "add_attempt",
    "supersede",
    "end_commands",
    "add_links",
)
# Whether a locked row makes ON CONFLICT wait is PostgreSQL's own affair. Here it always does; there
# the next statement, which locks the same rows, waits.
EITHER: Final = (*DRAWING, "add_documents")
# What looks at the moment's clock inside of a transaction, whose own time stands still.
CLOCKED: Final = (":waited", "zoho/grants.sql:read_grant", ":store_grant")
TEXTS: Final = {query.name: query.text for query in FAKES.named.values()}
Connection = Any


class Replay:
    """One schedule on one database."""

    def __init__(self, url: str, played: Played) -> None:
        self._url = url
        self._played = played
        self._by_number: dict[int, tuple[Connection, Any]] = {}
        self._free: list[Connection] = []
        self.differences: list[str] = []
        self.asked: set[str] = set()
        self.waited = 0
        self._stuck = False

    async def run(self) -> None:
        """Play all of it, and compare every answer and what is left in the tables."""
        alone = await self._open()
        await self._found(alone)
        for at, act, *rest in self._played.trace:
            await getattr(self, f"_{act}")(alone, at, *rest)
            if self._stuck:
                break
        for connection, transaction in self._by_number.values():
            await transaction.rollback()
            self._free.append(connection)
        if not self._stuck:
            await self._compare(alone)
        for connection in [alone, *self._free]:
            await connection.close()

    async def _open(self) -> Connection:
        connection = await asyncpg.connect(self._url)
        await prepare(connection)
        await connection.execute("SET lock_timeout = '20s'")
        return connection

    async def _found(self, connection: Connection) -> None:
        names = ", ".join(KEYS)
        await _set_clock(connection, 0.0, 0.0)
        await connection.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        for table, rows in self._played.first.items():
            for row in rows:
                columns = ", ".join(row)
                places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
                await connection.execute(
                    f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE VALUES ({places})",  # noqa: S608  # names of the schema
                    *row.values(),
                )

    # -- the acts of a trace ------------------------------------------------------------------

    async def _begin(self, _alone: Connection, at: float, number: int) -> None:
        connection = self._free.pop() if self._free else await self._open()
        transaction = connection.transaction()
        await transaction.start()
        await _set_clock(connection, at, at)
        self._by_number[number] = (connection, transaction)

    async def _commit(self, _alone: Connection, _at: float, number: int) -> None:
        connection, transaction = self._by_number.pop(number)
        await transaction.commit()
        self._free.append(connection)

    async def _rollback(self, _alone: Connection, _at: float, number: int) -> None:
        if number in self._by_number:
            connection, transaction = self._by_number.pop(number)
            await transaction.rollback()
            self._free.append(connection)

    async def _run(
        self,
        alone: Connection,
        at: float,
        number: int | None,
        name: str,
        arguments: tuple[Any, ...],
        expected: list[dict[str, Any]],
    ) -> None:
        self.asked.add(name)
        connection = alone if number is None else self._by_number[number][0]
        if number is None:
            await _set_clock(connection, at, at)
        elif name.endswith(CLOCKED):
            await connection.execute("SELECT set_config('sim.clock', $1, false)", str(moment(at)))
        try:
            found = [dict(row) for row in await connection.fetch(TEXTS[name], *arguments)]
        except asyncpg.LockNotAvailableError:
            self.differences.append(f"{name}{arguments} at {at:.3f} waits there, and not here")
            self._stuck = True
            return
        if not _same(found, expected, ordered=name.rpartition(":")[2] in ORDERED):
            self.differences.append(
                f"{name}{arguments} at {at:.3f}\n  here  {expected}\n  there {found}"
            )

    async def _blocked(
        self, alone: Connection, at: float, number: int, name: str, arguments: tuple[Any, ...]
    ) -> None:
        """What waited for a lock in the tables in memory waits in PostgreSQL too."""
        if name.rpartition(":")[2] in EITHER:
            return
        self.waited += 1
        connection = self._by_number[number][0] if number in self._by_number else alone
        if connection is alone:
            await _set_clock(connection, at, at)
        attempt = connection.transaction()
        await attempt.start()
        try:
            await connection.execute("SET LOCAL lock_timeout = '15ms'")
            await connection.fetch(TEXTS[name], *arguments)
            self.differences.append(f"{name}{arguments} at {at:.3f} waits here, and not there")
        except asyncpg.LockNotAvailableError:
            pass
        finally:
            await attempt.rollback()

    # -- what is left -------------------------------------------------------------------------

    async def _compare(self, connection: Connection) -> None:
        for table, expected in self._played.last.items():
            columns = ", ".join(expected[0]) if expected else "*"
            rows = await connection.fetch(f"SELECT {columns} FROM {table}")  # noqa: S608  # names of the schema
            found = [dict(row) for row in rows]
            if not _same(found, expected, ordered=False):
                only_here = [row for row in _plain(expected) if row not in _plain(found)]
                only_there = [row for row in _plain(found) if row not in _plain(expected)]
                self.differences.append(
                    f"{table} ends otherwise\n  here  {only_here[:3]}\n  there {only_there[:3]}"
                )


async def _set_clock(connection: Connection, now: float, clock: float) -> None:
    await connection.execute(
        "SELECT set_config('sim.now', $1, false), set_config('sim.clock', $2, false)",
        str(moment(now)),
        str(moment(clock)),
    )


def _same(found: list[Any], expected: list[Any], *, ordered: bool) -> bool:
    if any(len(row) == 1 for row in expected):
        # A single value's name is the driver's affair.
        found = [{"value": next(iter(row.values()))} for row in found]
        expected = [{"value": next(iter(row.values()))} for row in expected]
    if expected == [] and all(list(row.values()) in ([None], [""]) for row in found):
        return True  # no row, or one of nothing: a caller sees None
    ours, theirs = _plain(expected), _plain(found)
    return ours == theirs if ordered else sorted(ours) == sorted(theirs)


def _plain(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Rows as texts that are equal when the rows are."""
    return [repr(sorted((name, _value(value)) for name, value in row.items())) for row in rows]


def _value(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    if isinstance(value, list):
        # An array's order is the server's affair, a JSON list's is not.
        inner = [_value(each) for each in value]
        return sorted(inner) if all(isinstance(each, str) for each in inner) else inner
    if isinstance(value, dict):
        return sorted((name, _value(each)) for name, each in value.items())
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)  # so the driver says -infinity
        return round((aware - moment(0)) / timedelta(microseconds=1))
    return value
