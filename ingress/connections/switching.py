"""Switches connections on and off (C9)."""

from dataclasses import dataclass

from bridge.postgres import Connection
from bridge.queries import load
from clients.xero.errors import XeroError
from ingress.audit import record
from ingress.connections.examining import examine
from ingress.connections.finding import GONE, Row, find_live
from ingress.connections.office import Office, RefusedError, UnknownConnectionError

QUERIES = load(__file__, "connections.sql")


@dataclass(frozen=True, slots=True)
class Enabled:
    """A connection goes on: how many held events are decided now, and what a person should know."""

    released: int
    warnings: tuple[str, ...] = ()


async def enable(office: Office, name: str, actor: str) -> Enabled:
    """Go on with a connection, with the events that were held, in their order.

    Raises UnknownConnectionError, and RefusedError for one that was deleted or whose prerequisites
    are not met (C2); where they can't be checked now, that is a warning.
    """
    warnings = await _checked(office, name)
    async with office.pool.acquire() as database, database.transaction():
        row = await lock(database, name)
        if row["deleted_at"]:
            raise RefusedError(GONE.format(name=name))
        await QUERIES.set_enabled(database, connection_id=row["id"], enabled=True)
        released = await QUERIES.release_held(database, connection_id=row["id"])
        await _tell(database, row["id"])
        await _record(database, actor, row, enabled=True, released=released)
    return Enabled(released, warnings)


async def _checked(office: Office, name: str) -> tuple[str, ...]:
    await find_live(office.pool, name)
    try:
        found = await examine(office, name)
    except XeroError as error:
        return (f"prerequisites were not checked: {error}",)
    if stops := [str(each) for each in found if each.level == "stops"]:
        raise RefusedError(*stops)
    return tuple(map(str, found))


async def disable(office: Office, name: str, actor: str) -> None:
    """Hold a connection: webhooks are kept, and from the commit on nothing is sent.

    What is in flight is let finish, and recorded. Raises UnknownConnectionError.
    """
    async with office.pool.acquire() as database, database.transaction():
        row = await lock(database, name)
        await QUERIES.set_enabled(database, connection_id=row["id"], enabled=False)
        await _tell(database, row["id"])
        await _record(database, actor, row, enabled=False)


async def lock(database: Connection, name: str) -> Row:
    """Read a connection's row and keep others from changing it. Raises UnknownConnectionError."""
    await QUERIES.lock_name(database, name=name)
    row: Row | None = await QUERIES.find(database, name=name)
    if row is None:
        raise UnknownConnectionError(name)
    return row


async def _tell(database: Connection, connection_id: int) -> None:
    for channel in ("connections", "outbox"):
        await QUERIES.notify(database, channel=channel, connection_id=connection_id)


async def _record(
    database: Connection, actor: str, row: Row, *, enabled: bool, **detail: int
) -> None:
    action = "connection.enabled" if enabled else "connection.disabled"
    before, after = {"enabled": row["enabled"]}, {"enabled": enabled}
    await record(database, actor, action, row["id"], before=before, after=after, detail=detail)
