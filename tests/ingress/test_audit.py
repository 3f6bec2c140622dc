"""The audit trail is only ever added to, and shows what was done to it all the same."""

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest

from bridge.postgres import Pool
from ingress import audit

AT = datetime(2026, 6, 1, tzinfo=UTC)


async def write(pool: Pool, *actions: str) -> None:
    async with pool.acquire() as database, database.transaction():
        for action in actions:
            await audit.record(database, "user:anna", action, after={"x": 1})


async def test_entries_are_numbered_by_their_commits_and_fit_together(pool: Pool) -> None:
    await asyncio.gather(*(write(pool, f"a{turn}", f"b{turn}") for turn in range(8)))
    rows = await audit.entries(pool)

    assert [row["id"] for row in rows] == list(range(1, 17))
    # What one transaction did stands together.
    pairs = list(zip(rows[::2], rows[1::2], strict=True))
    assert all(one["action"][1:] == two["action"][1:] for one, two in pairs)
    assert await audit.first_break(pool) is None


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"],
)
async def test_nothing_is_ever_changed_or_taken_away(pool: Pool, statement: str) -> None:
    await write(pool, "one")

    with pytest.raises(asyncpg.RaiseError, match="only ever added to"):
        await pool.execute(statement)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE id = 2", 2),
        ("UPDATE audit SET after = '{\"x\": 2}' WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 2", 3),
    ],
)
async def test_who_gets_past_the_guard_is_seen(pool: Pool, statement: str, broken: int) -> None:
    await write(pool, "one", "two", "three")
    await pool.execute(f"ALTER TABLE audit DISABLE TRIGGER audit_keep; {statement}")

    assert await audit.first_break(pool) == broken


def test_a_spreadsheet_runs_nothing_of_an_export() -> None:
    columns = dict.fromkeys(audit.COLUMNS)
    row = columns | {"id": 1, "at": AT, "actor": "=cmd|'/c calc'!A1", "action": "+1", "after": {}}
    page = audit.as_csv([row])

    assert "'=cmd" in page
    assert "'+1" in page
    assert page.splitlines()[0] == "id,at,actor,action,connection,before,after,detail,hash"
