"""Taking what is ready and committing the attempt, before its first byte leaves (rule 4)."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from bridge.postgres import Connection, Pool
from bridge.queries import load
from clients.xero.day import ALL_LANES
from clients.xero.session import REQUEST_BUDGET, Token
from outbox.lease import Lease, notify
from outbox.xero.batches import Batch, Ready, assemble
from outbox.xero.planning import choose
from outbox.xero.routes import KINDS, Route, route_of
from schemas.commands import links_in

QUERIES = load(__file__, "send.sql")
NOTHING_THERE: Final = "nothing in Xero to take back"
THERE_ALREADY: Final = "Xero holds it already: it was to be taken back first."
MOVED_AT_ONCE: Final = 200  # notes of what has moved, in one go
BITE, BITES = 2_000, 5  # commands put to sleep in one statement, and statements in one claim
MARGIN: Final = 5.0  # seconds from the look at the lease to the first byte
READ_AHEAD: Final = 200  # ready commands among which a full batch is looked for


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
        ready = await _ready(connection, lease, busy, lanes)
        ready = await _settle_needless(connection, lease, ready)
        if not ready:
            return None
        # So much is ready that calls will be short before it is through.
        route, group = choose(ready, tight=tight or len(ready) == READ_AHEAD)
        if route.looks_first and not group[0].looked:
            return FirstSight(tuple(group))
        committed = await _commit(connection, lease, token, route, group)
        return committed and replace(committed, leaves_by=leaves_by)


async def _ready(
    connection: Connection, lease: Lease, busy: frozenset[int], lanes: int
) -> list[Ready]:
    await _wake(connection, lease)
    rows = await QUERIES.ready(
        connection,
        connection_id=lease.connection_id,
        kinds=list(KINDS),
        lanes=lanes,
        busy=list(busy),
        most=READ_AHEAD,
    )
    last = (rows[-1]["lane"], rows[-1]["id"]) if len(rows) == READ_AHEAD else (lanes + 1, 0)
    await _put_to_sleep(connection, lease, last, [row["id"] for row in rows])
    return [read_ready(row, alone=row["alone"]) for row in rows]


async def _put_to_sleep(
    connection: Connection, lease: Lease, last: tuple[int, int], ready: list[int]
) -> None:
    """Mark what was passed over on the way to `last`, in bites: a lease must not wait for long."""
    for _ in range(BITES):
        asleep = await QUERIES.put_to_sleep(
            connection,
            connection_id=lease.connection_id,
            lane=last[0],
            id=last[1],
            ready=ready,
            most=BITE,
        )
        if asleep < BITE:
            return


async def _wake(connection: Connection, lease: Lease) -> None:
    """Look again at what was found waiting, where something before it has moved since."""
    where = {"connection_id": lease.connection_id}
    while moved := await QUERIES.moved(connection, **where, most=MOVED_AT_ONCE):
        documents = {each for row in moved for each in row["documents"]}
        keys = {each for row in moved for each in row["keys"]}
        await QUERIES.wake(connection, **where, documents=list(documents), keys=list(keys))


def read_ready(row: Any, *, alone: bool = False) -> Ready:
    """Make a ready command of a row."""
    return Ready(
        id=row["id"],
        kind=row["kind"],
        key=row["key"],
        body=row["body"],
        expected=row["expected"],
        xero_id=row["xero_id"],
        looked=row["looked"],
        alone=alone,
        trace=row["traceparent"],
        lane=row.get("lane", 0),
    )


async def _settle_needless(
    connection: Connection, lease: Lease, ready: Sequence[Ready]
) -> list[Ready]:
    """End removals of what Xero never had; park creations of what it has already."""
    going = [c for c in ready if route_of(c.kind, linked=c.xero_id is not None) is not None]
    if len(going) < len(ready):
        stuck = [command for command in ready if command not in going]
        await _end(connection, [c.id for c in stuck if c.xero_id is None])
        await _park(connection, [c.id for c in stuck if c.xero_id is not None])
        await notify(connection, lease.connection_id)
    return going


async def _commit(
    connection: Connection, lease: Lease, token: Token, route: Route, group: Sequence[Ready]
) -> Attempt | None:
    batch = assemble(route, group, await link_ids(connection, lease.connection_id, group))
    key = secrets.token_hex(16)
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
    )
    ids = tuple(command.id for command in group)
    await QUERIES.add_members(connection, attempt_id=row["id"], command_ids=list(ids))
    if await _looks_first(connection, lease, group[0]):
        await QUERIES.doubt(connection, attempt_id=row["id"])
        await notify(connection, lease.connection_id)
        return None
    return Attempt(row["id"], key, batch, ids, row["first_sent_at"], traces_of(group))


def traces_of(group: Sequence[Ready]) -> tuple[str | None, ...]:
    """The traces that a request of these commands belongs to."""
    return tuple(command.trace for command in group)


async def _looks_first(connection: Connection, lease: Lease, command: Ready) -> bool:
    """Whether a creation may have been sent in a time that the database has forgotten (F66)."""
    if command.looked or command.xero_id is not None:
        return False
    restored: bool = await QUERIES.restored(connection, connection_id=lease.connection_id)
    return restored


async def link_ids(
    connection: Connection, connection_id: int, group: Sequence[Ready]
) -> dict[str, str]:
    """Xero's ids for every link that these commands name."""
    keys = sorted({key for command in group for key in links_in(command.body)})
    rows = await QUERIES.links_of(connection, connection_id=connection_id, keys=keys)
    return {row["key"]: row["xero_id"] for row in rows}


async def _end(connection: Connection, ids: list[int]) -> None:
    await QUERIES.end_commands(
        connection, ids=ids, xero_ids=[None] * len(ids), reason=NOTHING_THERE
    )


async def _park(connection: Connection, ids: list[int]) -> None:
    await QUERIES.set_states(
        connection,
        ids=ids,
        states=["parked"] * len(ids),
        causes=["exists"] * len(ids),
        reasons=[THERE_ALREADY] * len(ids),
        waits=[0.0] * len(ids),
    )


async def head_age(pool: Pool, connection_id: int) -> float | None:
    """The age in seconds of the first command that may go; None where there is none."""
    age: float | None = await QUERIES.head_age(pool, connection_id=connection_id)
    return age
