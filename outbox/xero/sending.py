"""Taking what is ready and committing the attempt, before its first byte leaves (rule 4)."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bridge.postgres import Connection, Pool
from bridge.queries import load
from clients.xero.day import ALL_LANES
from clients.xero.session import REQUEST_BUDGET, Token
from outbox.lease import MARGIN, Lease, notify
from outbox.xero.batches import Batch, Ready, assemble
from outbox.xero.claiming import READ_AHEAD, claim
from outbox.xero.links import ids_of
from outbox.xero.planning import choose
from outbox.xero.routes import Route, route_of
from outbox.xero.states import Kept, end, keep
from outbox.xero.twins import blended

QUERIES = load(__file__, "sending.sql")
NOTHING_THERE: Final = "nothing in Xero to take back"
THERE_ALREADY: Final = "Xero holds it already: it was to be taken back first."


@dataclass(frozen=True, slots=True)
class Attempt:
    """A committed request: from here on it is sent, or what became of it is found out."""

    id: int
    key: str
    batch: Batch
    command_ids: tuple[int, ...]
    first_sent_at: datetime
    traces: tuple[str | None, ...] = ()
    leaves_by: float = 0.0  # on the monotonic clock: later, the lease might not outlive it


@dataclass(frozen=True, slots=True)
class FirstSight:
    """Contacts that are to be looked for in Xero before they are made there (A1)."""

    contacts: tuple[Ready, ...]


async def take(
    pool: Pool,
    lease: Lease,
    token: Token,
    busy: frozenset[int],
    lanes: int = ALL_LANES,
    *,
    tight: bool = False,
) -> Attempt | FirstSight | None:
    """Commit a connection's next request, or name contacts to look for; None: nothing is ready.

    `busy` are commands that another task of this process works on; `lanes` is the last lane that
    the day's calls suffice for; `tight`: calls are short, so that full batches go first.
    Nothing is committed unless the lease outlives the request and the connection is enabled and
    not paused.
    """
    leaves_by = time.monotonic() + MARGIN
    async with pool.acquire() as connection, connection.transaction():
        if not await QUERIES.may_send(
            connection,
            connection_id=lease.connection_id,
            holder=lease.holder,
            fence=lease.fence,
            budget=REQUEST_BUDGET + MARGIN,
        ):
            return None
        ready = await claim(connection, lease, busy, lanes)
        ready = await _settle_needless(connection, lease, ready)
        ready = await blended(connection, lease, ready)
        if not ready:
            return None
        # So much is ready that calls will be short before it is through.
        route, group = choose(ready, tight=tight or len(ready) == READ_AHEAD)
        if route.looks_first and not group[0].looked:
            return FirstSight(tuple(group))
        committed = await _commit(connection, lease, token, route, group)
        return committed and replace(committed, leaves_by=leaves_by)


async def _settle_needless(
    connection: Connection, lease: Lease, ready: Sequence[Ready]
) -> list[Ready]:
    """End removals of what Xero never had; park creations of what it has already."""
    going = [c for c in ready if route_of(c.kind, linked=c.xero_id is not None) is not None]
    if len(going) < len(ready):
        stuck = [command for command in ready if command not in going]
        needless = {c.id: None for c in stuck if c.xero_id is None}
        await end(connection, needless, NOTHING_THERE)
        there = [c.id for c in stuck if c.xero_id is not None]
        await keep(connection, [Kept(id_, "parked", "exists", THERE_ALREADY) for id_ in there])
        await notify(connection, lease.connection_id)
    return going


async def _commit(
    connection: Connection, lease: Lease, token: Token, route: Route, group: Sequence[Ready]
) -> Attempt | None:
    batch = assemble(route, group, await ids_of(connection, lease.connection_id, group))
    key = secrets.token_hex(16)
    ids = tuple(command.id for command in group)
    row = await QUERIES.add_attempt(
        connection,
        connection_id=lease.connection_id,
        idempotency_key=key,
        method=route.method,
        path=batch.path,
        body=batch.body,
        body_hash=batch.body_hash,
        generation=token.generation,
        fence=lease.fence,
        command_ids=list(ids),
    )
    # A creation may have been sent in a time that the database has forgotten (F66).
    if row["restored"] and not group[0].looked and group[0].xero_id is None:
        await QUERIES.doubt(connection, attempt_id=row["id"])
        await notify(connection, lease.connection_id)
        return None
    return Attempt(row["id"], key, batch, ids, row["first_sent_at"], traces_of(group))


def traces_of(group: Sequence[Ready]) -> tuple[str | None, ...]:
    """The traces that a request of these commands belongs to."""
    return tuple(command.trace for command in group)
