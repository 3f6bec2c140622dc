"""What a person must mend about a connection as a whole: one row each, gone when it is mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.postgres import Connection, Pool
from bridge.queries import load

QUERIES = load(__file__, "problems.sql")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a `code` of one word, `what` it is, and its `remedy`."""

    code: str
    what: str
    remedy: str
    opened_at: datetime


async def open_problem(
    database: Connection | Pool, connection_id: int, code: str, what: str, remedy: str
) -> None:
    """Tell of a problem; one that is open already is told anew and keeps its time."""
    await QUERIES.open_problem(
        database, connection_id=connection_id, code=code, what=what, remedy=remedy
    )


async def close_problem(database: Connection | Pool, connection_id: int, code: str) -> None:
    """Take a problem back; it need not be open."""
    await QUERIES.close_problem(database, connection_id=connection_id, code=code)


async def problems_of(database: Connection | Pool, connection_id: int) -> Sequence[Problem]:
    """Name what is wrong with a connection, longest first."""
    rows = await QUERIES.problems_of(database, connection_id=connection_id)
    return [Problem(**row) for row in rows]
