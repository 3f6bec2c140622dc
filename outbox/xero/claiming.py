"""Which commands may go now; those that wait for others sleep until something has moved."""

from typing import Any, Final

from bridge.postgres import Connection, Pool
from bridge.queries import load
from outbox.lease import Lease
from outbox.xero.batches import Ready
from outbox.xero.routes import KINDS

QUERIES = load(__file__, "claiming.sql")
READ_AHEAD: Final = 200  # ready commands among which a full batch is looked for
MOVED_AT_ONCE: Final = 200  # notes of what has moved, in one go
BITE, BITES = 2_000, 5  # commands put to sleep in one statement, and statements in one claim


async def claim(
    connection: Connection, lease: Lease, busy: frozenset[int], lanes: int
) -> list[Ready]:
    """Lock the commands that may go, oldest first and at most READ_AHEAD.

    `busy` are commands that another task of this process works on; `lanes` is the last lane that
    the day's calls suffice for.
    """
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
    more = True
    while more and (moved := await QUERIES.moved(connection, **where, most=MOVED_AT_ONCE)):
        more = len(moved) == MOVED_AT_ONCE
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


async def head_age(pool: Pool, connection_id: int) -> float | None:
    """The age in seconds of the first command that may go; None where there is none."""
    age: float | None = await QUERIES.head_age(pool, connection_id=connection_id)
    return age
