"""PostgreSQL: the pool, and listening for notifications, which are hints and never the truth."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson

if TYPE_CHECKING:
    # Only the stubs make these generic.
    Connection = (
        asyncpg.pool.PoolConnectionProxy[asyncpg.Record] | asyncpg.Connection[asyncpg.Record]
    )
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Connection = asyncpg.Connection
    Pool = asyncpg.Pool


PATIENCE = 10  # seconds to be let in
# Of a transaction whose process does nothing: it may be frozen, and its locks hold others up.
LONGEST_IDLE = "60s"
# What a statement raises when the server can't be asked: it is away, going, or full. A line that is
# cut between two statements may show as an error of the driver's own state.
UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
# The same, and what a server says that refuses.
AWAY = (*UNREACHABLE, asyncpg.PostgresError)


class AwayError(Exception):
    """PostgreSQL can't be reached, or does not let us in; the text says where and why."""


async def ask_once(url: str, statement: str) -> Any:
    """Connect for one value; raises AwayError when that fails, asyncpg's errors for a refusal."""
    try:
        connection = await asyncpg.connect(url, timeout=PATIENCE)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        where = url.rpartition("@")[2].partition("?")[0]
        why = str(error) or type(error).__name__
        raise AwayError(f"PostgreSQL at {where} does not let us in: {why}") from error
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def server_version(url: str) -> int:
    """Give the server's version as it counts, 150004; raises AwayError."""
    return int(await ask_once(url, "SHOW server_version_num"))


async def prepare(connection: Any) -> None:
    """Set a new connection up: JSON columns are read and written as Python values."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind,
            encoder=lambda value: json.dumps(value, default=str),
            decoder=orjson.loads,
            schema="pg_catalog",
        )


async def _leave_as_it_is(connection: Any) -> None:
    """Spare a round trip each time that a connection is given back to the pool.

    An open transaction is ended all the same, by the driver; beyond that nothing of ours outlives
    its transaction: no SET but SET LOCAL, no lock of a session; what listens is ended (below).
    """


async def create_pool(url: str, *, size: int = 10, name: str = "bridge") -> Pool:
    """Open a pool of at most `size` connections; raises OSError or asyncpg's errors when refused.

    A statement is given 30 seconds; a lost server shows as an error, never as a hang.
    """
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        command_timeout=30,
        init=prepare,
        reset=_leave_as_it_is,
        server_settings={
            "application_name": name,
            "timezone": "UTC",
            "idle_in_transaction_session_timeout": LONGEST_IDLE,
        },
    )


@contextlib.asynccontextmanager
async def borrowed(pool: Pool, seconds: float) -> AsyncIterator[Connection]:
    """Lend a connection for at most `seconds`; raises TimeoutError when they are over.

    What was interrupted is dropped: giving it back, the pool would wait for a silent server's word.
    """
    async with asyncio.timeout(seconds):
        connection = await pool.acquire()
        try:
            yield connection
        except asyncio.CancelledError:
            with contextlib.suppress(asyncpg.InterfaceError):
                connection.terminate()
            raise
        finally:
            await pool.release(connection)


@contextlib.asynccontextmanager
async def listening(
    pool: Pool, channel: str, heard: Callable[[str], object]
) -> AsyncIterator[None]:
    """Call `heard(payload)` for each NOTIFY on `channel` while the context is open.

    Notifications can be lost with the connection: whoever listens also polls.
    """
    async with pool.acquire() as connection:

        def on_notify(_connection: Any, _pid: int, _channel: str, payload: object) -> None:
            heard(str(payload))

        await connection.add_listener(channel, on_notify)
        try:
            yield
        finally:
            # Nothing of a connection that listened is worth keeping, and ending it can't wait. Its
            # server may have dropped it: then the pool has it back, and must not hide why we end.
            with contextlib.suppress(asyncpg.InterfaceError):
                connection.terminate()
