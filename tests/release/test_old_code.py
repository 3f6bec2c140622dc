"""The last release's statements, and this one's, all run on this release's schema.

While a deployment rolls, both versions are at work on the new schema. What the last release asks
is kept in queries.json, written by `make release-queries` when a release is made: a migration that
breaks one of its statements has to wait for the release after next (expand, then contract).
"""

import json

import asyncpg

from bridge.postgres import Pool
from tests.release.snapshot import FILE, statements


async def broken(pool: Pool, given: dict[str, str]) -> dict[str, str]:
    """Prepare each statement; gives what PostgreSQL says against those that it refuses."""
    found = {}
    async with pool.acquire() as connection:
        for name, statement in given.items():
            try:
                await connection.prepare(statement)
            except asyncpg.PostgresError as error:
                found[name] = str(error)
    return found


async def test_the_last_release_s_code_runs_on_this_schema(pool: Pool) -> None:
    given = json.loads(FILE.read_text(encoding="utf-8"))

    assert len(given) > 100
    assert await broken(pool, given) == {}


async def test_this_release_s_code_runs_on_this_schema(pool: Pool) -> None:
    assert await broken(pool, dict(statements())) == {}


async def test_a_statement_that_lost_its_column_is_seen(pool: Pool) -> None:
    await pool.execute("ALTER TABLE events RENAME COLUMN request_id TO asked_by")

    assert await broken(pool, dict(statements()))
