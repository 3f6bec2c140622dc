"""A decision does not read through the backlog that it stands in, whatever the statistics say."""

from typing import Any

import aiosql
import pytest

from bridge.postgres import Pool
from tests.house import HOUSE
from tests.processors.conftest import Journal

MANY = 3_000  # events, each with a command, none of them near an invoice
MOST = 50  # rows that one statement may read
READ = """
SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int
  FROM pg_stat_xact_user_tables WHERE schemaname = 'public'
"""
EVENTS = """
INSERT INTO events (connection_id, entity, zoho_id, trigger, touches, fingerprint, content_type,
                    body, request_id, state)
SELECT $1, 'bill', n::text, 'created', ARRAY['bill:' || n], '', '', '', '', $3
  FROM generate_series($2::int, $2 + $4 - 1) AS n
"""
COMMANDS = """
WITH added AS (
  INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body, state)
  SELECT connection_id, id, entity, zoho_id, 'A10', 'bill.put', touches[1], '{}', $2
    FROM events WHERE state = $1 RETURNING id, connection_id, key),
needed AS (
  INSERT INTO needs (command_id, connection_id, key)
  SELECT id, connection_id, 'contact:' || id FROM added)
INSERT INTO tickets (command_id, connection_id, document, position, open)
SELECT id, connection_id, key, 1, $2 = 'pending' FROM added
"""


@pytest.fixture
async def backlog(pool: Pool, journal: Journal) -> int:
    """A backlog that came after the statistics were taken; gives the number of its last event."""
    await pool.execute(EVENTS, journal.connection_id, 0, "decided", MANY)
    await pool.execute(COMMANDS, "decided", "done")
    await pool.execute("VACUUM ANALYZE events, commands, tickets, needs")
    await pool.execute(EVENTS, journal.connection_id, MANY, "undecided", MANY)
    await pool.execute(COMMANDS, "undecided", "pending")
    number: int = await pool.fetchval("SELECT max(id) FROM events")
    return number


SHELL, APPEND = "processors/shell/shell.sql", "outbox/append.sql"


async def test_whose_turn_it_is_is_found_without_a_look_at_all_that_waits(
    journal: Journal, backlog: int
) -> None:
    asked = {"before": backlog + 1, "documents": ["invoice:1"]}

    assert await read(journal, SHELL, "first_undecided", asked) <= MOST


async def test_how_an_event_stands_is_found_without_a_look_at_all_that_waits(
    journal: Journal, backlog: int
) -> None:
    document = {"entities": ["bill"], "zoho_ids": ["0"], "keys": ["bill:0"], "touched": ["bill:0"]}
    asked = {"event_id": backlog, "alone": False, **document}

    assert await read(journal, SHELL, "standing", asked) <= MOST


async def test_what_is_under_way_is_found_without_a_look_at_all_that_waits(
    journal: Journal, backlog: int
) -> None:
    asked = {"keys": ["invoice:1", f"bill:{MANY}"]}

    assert await read(journal, APPEND, "unfinished", asked) <= MOST


async def test_what_a_command_waits_for_is_found_without_a_look_at_all_that_waits(
    journal: Journal, backlog: int
) -> None:
    last = await journal.pool.fetchval("SELECT max(id) FROM commands")

    assert await read(journal, APPEND, "hasten", {"ids": [last]}) <= MOST


async def read(journal: Journal, file: str, name: str, asked: dict[str, Any]) -> int:
    """The rows that a named query reads, as it is planned once it was asked often."""
    queries = aiosql.from_path(HOUSE / file, "asyncpg", encoding="utf-8")
    values = {"connection_id": journal.connection_id, **asked}
    places = queries.driver_adapter.var_sorted[name]
    async with journal.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        before: int = await connection.fetchval(READ)
        await connection.fetch(getattr(queries, name).sql, *(values[place] for place in places))
        after: int = await connection.fetchval(READ)
        return after - before
