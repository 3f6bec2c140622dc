"""The audit trail: who changed what, from what to what. Rows are only ever added."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bridge.postgres import Connection, Pool
from bridge.queries import load

QUERIES = load(__file__, "audit.sql")
COLUMNS: Final = (
    *("id", "at", "actor", "action", "connection", "before", "after", "detail", "hash"),
)
# What a spreadsheet would take for a formula (OWASP: CSV injection).
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

Values = Mapping[str, Any]
Row = Mapping[str, Any]


async def record(  # noqa: PLR0913  a row's columns
    database: Connection,
    actor: str,
    action: str,
    connection_id: int | None = None,
    *,
    before: Values | None = None,
    after: Values | None = None,
    detail: Values | None = None,
) -> None:
    """Add one row, in the caller's transaction, best as its last statement; no secret in it.

    `before` and `after` hold the fields that changed, `detail` what else there is to know.

    Rows are chained: who adds one waits for the transaction that added the one before.
    """
    await QUERIES.record(
        database,
        connection_id=connection_id,
        actor=actor,
        action=action,
        before=before,
        after=after,
        detail=detail or {},
    )


async def entries(
    database: Connection | Pool,
    connection: str | None = None,
    *,
    after: int = 0,
    most: int = 1000,
) -> Sequence[Row]:
    """Read the trail, oldest first, of one connection (by name) or of all."""
    rows: Sequence[Row] = await QUERIES.entries(database, name=connection, after=after, most=most)
    return rows


async def first_break(database: Connection | Pool) -> int | None:
    """The id of the first entry that does not fit the chain; None while nobody touched it."""
    found: int | None = await QUERIES.first_break(database)
    return found


def as_csv(rows: Sequence[Row]) -> str:
    """Write entries as CSV; what a spreadsheet would run as a formula is kept text."""
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(COLUMNS)
    writer.writerows([plain_cell(row[column]) for column in COLUMNS] for row in rows)
    return page.getvalue()


def plain_cell(value: Any) -> str:
    """Write one value for a spreadsheet: text stays text."""
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
