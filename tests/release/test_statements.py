"""Every statement of the earlier versions' code, and of this one's, runs on this schema.

`test_rolling.py` shows it of what is asked every day; this, of what is asked once a year too.
"""

from collections.abc import Iterator
from pathlib import Path

import aiosql
import asyncpg

from bridge.postgres import Pool
from tests.house import HOUSE, ROOMS
from tests.release.conftest import Previous


def statements(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each named query under a folder's rooms with its statement as PostgreSQL gets it."""
    for path in sorted(path for room in ROOMS for path in (folder / room).rglob("*.sql")):
        if "-- name:" in path.read_text(encoding="utf-8"):
            queries = aiosql.from_path(path, "asyncpg", encoding="utf-8")
            for name in queries.available_queries:
                if statement := getattr(queries, name).sql:
                    yield f"{path.relative_to(folder)}: {name}", statement


async def broken(pool: Pool, folder: Path) -> dict[str, str]:
    """Prepare each statement; gives what PostgreSQL says against those that it refuses."""
    found = {}
    async with pool.acquire() as connection:
        for name, statement in statements(folder):
            try:
                await connection.prepare(statement)
            except asyncpg.PostgresError as error:
                found[name] = str(error)
    return found


async def test_each_statement_of_an_earlier_version_runs_on_this_schema(
    pool: Pool, previous: Previous
) -> None:
    assert await broken(pool, previous.folder) == {}


async def test_each_statement_of_this_version_runs_on_this_schema(pool: Pool) -> None:
    assert await broken(pool, HOUSE) == {}


async def test_a_statement_that_lost_its_column_is_seen(pool: Pool) -> None:
    await pool.execute("ALTER TABLE events RENAME COLUMN request_id TO asked_by")

    assert await broken(pool, HOUSE)
