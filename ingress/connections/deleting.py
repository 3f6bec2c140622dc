"""Deletes a connection (C10): nothing more is sent, tokens are revoked, secrets are forgotten."""

import asyncio
from dataclasses import dataclass
from typing import Final

from bridge.postgres import Pool
from bridge.queries import load
from ingress.audit import record
from ingress.connections.finding import Row
from ingress.connections.office import Office
from ingress.connections.revoking import revoke
from ingress.connections.switching import disable, lock

QUERIES = load(__file__, "deleting.sql")
CHUNK: Final = 5_000  # rows of one table that one statement erases
IN_FLIGHT: Final = 40.0  # seconds that a request to Xero can be on its way, and be written down
LOOK: Final = 0.2  # seconds


@dataclass(frozen=True, slots=True)
class Deleted:
    """What is left: the name under which the history is kept, if it is, and what went wrong."""

    kept_as: str | None
    warnings: tuple[str, ...] = ()


async def delete(office: Office, name: str, actor: str, *, keep_history: bool = False) -> Deleted:
    """Delete a connection; what is in Zoho and Xero stays as it is.

    Interrupted, it leaves a connection that is disabled, and can be deleted again. Raises
    UnknownConnectionError.
    """
    await disable(office, name, actor)
    async with office.pool.acquire() as database, database.transaction():
        row = await lock(database, name)
    await _let_finish(office.pool, row["id"])
    warnings = await revoke(office, row)
    kept_as = await _forget(office, row, actor, keep_history=keep_history)
    if kept_as is None:
        await _erase(office.pool, row["id"])
    return Deleted(kept_as, tuple(warnings))


async def _let_finish(pool: Pool, connection_id: int) -> None:
    """Wait for the requests that are on their way: what they did is written down first."""
    for _ in range(int(IN_FLIGHT / LOOK)):
        if not await QUERIES.in_flight(pool, connection_id=connection_id):
            return
        await asyncio.sleep(LOOK)


async def _forget(office: Office, row: Row, actor: str, *, keep_history: bool) -> str | None:
    """Forget tokens and secrets, give the name free; returns the name that the history keeps."""
    name, connection_id = row["name"], row["id"]
    kept_as = f"{name[:40]}-deleted-{connection_id}" if not row["deleted_at"] else name
    async with office.pool.acquire() as database, database.transaction():
        detail = {"name": name} | ({"kept_as": kept_as} if keep_history else {})
        await record(database, actor, "connection.deleted", connection_id, detail=detail)
        await QUERIES.forget(database, connection_id=connection_id)
        await QUERIES.retire(database, connection_id=connection_id, name=kept_as)
        for channel in ("connections", "outbox"):
            await QUERIES.notify(database, channel=channel, connection_id=connection_id)
    return kept_as if keep_history else None


async def _erase(pool: Pool, connection_id: int) -> None:
    """Erase the history bit by bit, for it may be long; the row itself goes last."""
    for erase in (QUERIES.erase_commands, QUERIES.erase_attempts, QUERIES.erase_events):
        while await erase(pool, connection_id=connection_id, most=CHUNK):
            pass
    await QUERIES.delete(pool, connection_id=connection_id)
