"""What is held back, and by what: each cause once, with all that waits behind it (rule 3)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bridge.postgres import Connection
from bridge.queries import load
from schemas.blocked import Blocked, HeldCommand, Root

QUERIES = load(__file__, "blocked.sql")
MOST: Final = 200  # commands that are named for one cause; all are counted


async def blocked(connection: Connection, connection_id: int, *, most: int = MOST) -> Blocked:
    """Show what a connection's parked and unclear commands and events hold back, as of one moment.

    At most `most` commands of each cause are named. What waits for nothing but its turn is only
    counted, under `open`.
    """
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        standing = await QUERIES.standing(connection, connection_id=connection_id)
        roots = await QUERIES.roots(connection, connection_id=connection_id, most=most)
        named = await _named(connection, connection_id, roots)
    return Blocked(**dict(standing), roots=[_root(row, named) for row in roots])


async def held_back(connection: Connection, connection_id: int) -> Mapping[str, int]:
    """Count the pending commands that wait for a person to mend something, by kind."""
    rows = await QUERIES.roots(connection, connection_id=connection_id, most=0)
    return rows[0]["held"] or {} if rows else {}


async def _named(
    connection: Connection, connection_id: int, roots: Sequence[Any]
) -> Mapping[int, HeldCommand]:
    ids = sorted({each for row in roots for each in (*row["parked"], *row["waits"])})
    rows = await QUERIES.held(connection, connection_id=connection_id, ids=ids)
    return {row["id"]: HeldCommand(**dict(row)) for row in rows}


def _root(row: Any, named: Mapping[int, HeldCommand]) -> Root:
    return Root(
        cause=row["cause"],
        reason=row["reason"],
        parked_count=row["parked_count"],
        parked=[named[each] for each in row["parked"]],
        events=list(row["events"]),
        waiting=row["waiting"],
        waits=[named[each] for each in row["waits"]],
    )
