"""What is settled loses its bytes after a while; what still counts, and all history, stays."""

import pytest

from bridge.cli.jobs.retaining import redact
from bridge.postgres import Pool

CONNECTION = """
INSERT INTO connections (name, endpoint, organization_id, config, cutover, enabled)
VALUES ('acme', 'acme', '1', '{}', '2026-01-01', false) RETURNING id
"""
EVENT = """
INSERT INTO events (connection_id, entity, zoho_id, trigger, touches, fingerprint, content_type,
                    body, request_id, state, received_at)
VALUES ($1, 'invoice', $2, 'edited', '{}', $3, 'application/json', 'Jane', '', $4,
        now() - make_interval(days => $5)) RETURNING id
"""
COMMAND = """
INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body, expected,
                      state, created_at, finished_at)
VALUES ($1, 1, 'invoice', $2, 'A2', 'invoice.put', 'invoice:1', '{"Name": "Jane"}',
        '{"number": "INV-1"}', $3, now() - make_interval(days => $4),
        CASE WHEN $3 = 'done' THEN now() - make_interval(days => $4) END) RETURNING id
"""
ATTEMPT = """
INSERT INTO attempts (connection_id, idempotency_key, method, path, body, body_hash, generation,
                      fence, outcome, message, ended_at)
VALUES ($1, $2, 'PUT', '/Invoices', 'Jane', 'hash', 1, 1, $3, 'Jane is taken',
        CASE WHEN $3 <> 'ambiguous' THEN now() - make_interval(days => $4) END) RETURNING id
"""


@pytest.fixture
async def connection_id(pool: Pool) -> int:
    made: int = await pool.fetchval(CONNECTION)
    return made


async def bodies(pool: Pool) -> dict[int, bytes]:
    rows = await pool.fetch("SELECT id, body FROM events ORDER BY id")
    return {row["id"]: row["body"] for row in rows}


async def event(pool: Pool, connection_id: int, state: str, days: int, zoho_id: str = "1") -> int:
    count: int = await pool.fetchval("SELECT count(*) FROM events")
    made: int = await pool.fetchval(EVENT, connection_id, zoho_id, str(count).encode(), state, days)
    return made


async def test_old_versions_lose_their_bodies_and_keep_their_rows(
    pool: Pool, connection_id: int
) -> None:
    old = await event(pool, connection_id, "decided", 91)
    overtaken = await event(pool, connection_id, "superseded", 91)
    young = await event(pool, connection_id, "decided", 89)

    counts = await redact(pool, connection_id, 90)

    assert counts["events"] == 2
    assert await bodies(pool) == {old: b"", overtaken: b"", young: b"Jane"}
    assert set((await redact(pool, connection_id, 90)).values()) == {0}


async def test_what_still_counts_keeps_its_bytes_however_old(
    pool: Pool, connection_id: int
) -> None:
    waiting = await event(pool, connection_id, "undecided", 400)
    parked = await event(pool, connection_id, "parked", 400)
    newest = await event(pool, connection_id, "decided", 400, zoho_id="2")
    await pool.execute(
        "INSERT INTO documents (connection_id, entity, zoho_id, last_event_id)"
        " VALUES ($1, 'invoice', '2', $2)",
        connection_id,
        newest,
    )
    unbuilt = await event(pool, connection_id, "decided", 400, zoho_id="3")
    await pool.fetchval(COMMAND, connection_id, "3", "parked", 400)
    await redact(pool, connection_id, 90)

    assert set((await bodies(pool)).values()) == {b"Jane"}
    assert set(await bodies(pool)) == {waiting, parked, newest, unbuilt}
    assert await pool.fetchval("SELECT body ->> 'Name' FROM commands") == "Jane"


async def test_finished_commands_and_requests_keep_number_hash_and_outcome(
    pool: Pool, connection_id: int
) -> None:
    command = await pool.fetchval(COMMAND, connection_id, "1", "done", 91)
    ended = await pool.fetchval(ATTEMPT, connection_id, "a", "refused", 91)
    unclear = await pool.fetchval(ATTEMPT, connection_id, "b", "ambiguous", 91)
    await pool.execute(
        "INSERT INTO attempt_members (attempt_id, command_id, place, message)"
        " VALUES ($1, $2, 0, 'Jane is taken')",
        ended,
        command,
    )
    await redact(pool, connection_id, 90)

    [kept] = await pool.fetch("SELECT body, expected FROM commands")
    assert (kept["body"], kept["expected"]) == ({}, {"number": "INV-1"})
    rows = await pool.fetch(
        "SELECT id, body, body_hash, outcome, message FROM attempts ORDER BY id"
    )
    assert [tuple(row) for row in rows] == [
        (ended, b"", b"hash", "refused", None),
        (unclear, b"Jane", b"hash", "ambiguous", "Jane is taken"),
    ]
    assert await pool.fetchval("SELECT message FROM attempt_members") is None


async def test_what_was_last_written_of_a_contact_stays_as_the_contact_does(
    pool: Pool, connection_id: int
) -> None:
    written = [await pool.fetchval(COMMAND, connection_id, "1", "done", 300) for _ in range(2)]
    await pool.execute("UPDATE commands SET entity = 'contact', kind = 'contact.put'")

    assert (await redact(pool, connection_id, 90))["commands"] == 1

    kept = await pool.fetch("SELECT id FROM commands WHERE body <> '{}'")
    assert [row["id"] for row in kept] == written[1:]


async def test_how_a_contact_of_xeros_was_before_it_changed_is_not_kept_either(
    pool: Pool, connection_id: int
) -> None:
    for zoho_id, days in (("old", 91), ("young", 89)):
        await pool.execute(
            """INSERT INTO documents (connection_id, entity, zoho_id, snapshot, updated_at)
               VALUES ($1, 'xero_contact', $2, $3, now() - make_interval(days => $4))""",
            *(connection_id, zoho_id, {"card": {}, "former": [{"name": "Jane"}]}, days),
        )

    assert (await redact(pool, connection_id, 90))["former"] == 1

    rows = await pool.fetch("SELECT snapshot FROM documents ORDER BY zoho_id")
    assert [row["snapshot"]["former"] for row in rows] == [[], [{"name": "Jane"}]]


async def test_more_than_one_statement_s_worth_goes(
    pool: Pool, connection_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.cli.jobs.retaining.CHUNK", 2)
    for _ in range(5):
        await event(pool, connection_id, "decided", 91)

    assert (await redact(pool, connection_id, 90))["events"] == 5


async def test_the_nightly_job_serves_disabled_connections_too(
    pool: Pool, connection_id: int
) -> None:
    from bridge.schedule import QUERIES

    due = await QUERIES.claim_due(
        pool, job="retention", every=1.0, daily_at=None, everyone=True, hold=9, most=9
    )
    others = await QUERIES.claim_due(
        pool, job="drift", every=1.0, daily_at=None, everyone=False, hold=9, most=9
    )

    assert [row["connection_id"] for row in due] == [connection_id]
    assert others == []
