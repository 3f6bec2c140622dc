"""Readers beside the outbox: what they take of Xero's limits, and what they leave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date

import httpx
import pytest
from prometheus_client import REGISTRY

from bridge.crypto import Vault
from bridge.postgres import Pool
from clients.xero.budget import Budget
from clients.xero.errors import DayUsed, Disconnected, QueryRefused, Unavailable
from clients.xero.grants import Grant
from clients.xero.identity import Endpoints
from clients.xero.reader import QUERIES, Reader
from clients.xero.session import Session, open_client

VAULT = Vault([b"k" * 32])
SHARES = {"spare": 5, "most": 20, "half": 30}


@pytest.fixture
async def connection_id(pool: Pool) -> int:
    config = {"xero": {"grant": "client_credentials", "client_id": "sandbox-custom"}}
    number: int = await pool.fetchval(
        """INSERT INTO connections (name, endpoint, organization_id, config, cutover)
           VALUES ('acme', 'e', '6', $1, $2) RETURNING id""",
        config,
        date(2026, 1, 1),
    )
    sealed = VAULT.seal("sandbox-custom-secret", context=f"{number}/xero.client_secret")
    await pool.execute("INSERT INTO secrets VALUES ($1, 'xero.client_secret', $2)", number, sealed)
    return number


@pytest.fixture
async def reader(pool: Pool, connection_id: int, sandbox: str) -> AsyncIterator[Reader]:
    async with open_client(sandbox) as client:
        session = Session(client, Budget(60), "acme")
        grant = Grant(pool, VAULT, Endpoints(sandbox, sandbox), connection_id)
        yield Reader(pool, connection_id, session, grant)


async def control(sandbox: str, path: str, body: object) -> None:
    async with httpx.AsyncClient(base_url=sandbox, timeout=60) as client:
        (await client.post(f"/_sandbox/xero{path}", json=body)).raise_for_status()


async def waits(pool: Pool, connection_id: int) -> bool:
    """Whether the next read must wait; if not, it is taken."""
    return bool(await QUERIES.take_call(pool, connection_id=connection_id, **SHARES) > 0)


async def left(pool: Pool, connection_id: int, calls: int) -> None:
    """Let Xero say how many of its minute's calls are left."""
    await QUERIES.note_left(pool, connection_id=connection_id, left=calls)


async def sent(pool: Pool, connection_id: int, calls: int) -> None:
    """Let the outbox have sent so many requests just now."""
    await pool.execute(
        """INSERT INTO attempts (connection_id, idempotency_key, method, path, body, body_hash,
                                 generation, fence, sends)
           VALUES ($1, 'k', '', '', '', '', 1, 1, $2)""",
        connection_id,
        calls,
    )


async def test_the_spare_calls_are_always_for_readers(pool: Pool, connection_id: int) -> None:
    await sent(pool, connection_id, 55)

    assert [await waits(pool, connection_id) for _ in range(6)] == [*[False] * 5, True]


async def test_where_xero_says_nothing_of_its_minute_our_own_count_serves(
    pool: Pool, connection_id: int
) -> None:
    await sent(pool, connection_id, 20)

    assert [await waits(pool, connection_id) for _ in range(12)] == [*[False] * 11, True]


async def test_more_are_theirs_while_xero_says_that_half_of_the_minute_is_left(
    pool: Pool, connection_id: int
) -> None:
    for _ in range(5):
        await waits(pool, connection_id)
    await left(pool, connection_id, 30)
    assert not await waits(pool, connection_id)

    await left(pool, connection_id, 29)
    assert await waits(pool, connection_id)


async def test_what_the_outbox_sent_since_counts(pool: Pool, connection_id: int) -> None:
    for _ in range(5):
        await waits(pool, connection_id)
    await left(pool, connection_id, 40)
    await sent(pool, connection_id, 11)

    assert await waits(pool, connection_id)


async def test_readers_of_two_connections_to_one_organisation_share_its_calls(
    pool: Pool, connection_id: int
) -> None:
    sister: int = await pool.fetchval(
        """INSERT INTO connections (name, endpoint, organization_id, config, cutover)
           SELECT 'sister', 's', '7', config, cutover FROM connections RETURNING id"""
    )
    await sent(pool, sister, 55)
    assert await lock(pool, connection_id, sister) == [True, True]
    assert not any([await waits(pool, connection_id) for _ in range(6)])

    await pool.execute(
        """INSERT INTO grants (connection_id, system, tenant_id)
           SELECT id, 'xero', 't' FROM connections"""
    )

    assert await waits(pool, sister)
    assert await lock(pool, connection_id, sister) == [True, False]


async def lock(pool: Pool, *connections: int) -> list[bool]:
    """Whether each may read while those before it do."""
    async with AsyncExitStack() as stack:
        found = []
        for number in connections:
            database = await stack.enter_async_context(pool.acquire())
            found.append(await QUERIES.lock_reading(database, connection_id=number))
        return found


async def test_a_third_of_the_minute_is_the_most(pool: Pool, connection_id: int) -> None:
    taken = 0
    while not await waits(pool, connection_id):
        await left(pool, connection_id, 60)
        taken += 1

    assert taken == 20


async def test_a_minute_later_there_are_calls_again(pool: Pool, connection_id: int) -> None:
    while not await waits(pool, connection_id):
        pass
    await pool.execute("UPDATE xero_reads SET at = at - interval '62 seconds'")

    assert not await waits(pool, connection_id)


def test_the_outbox_leaves_out_what_readers_took() -> None:
    budget = Budget(60)
    assert budget.wait() == 0
    budget.others = 55

    assert budget.wait() > 0


async def test_many_readers_read_one_after_the_other(reader: Reader, pool: Pool) -> None:
    await asyncio.gather(*(reader.rows("Organisations", "/Organisation") for _ in range(8)))

    assert reader.calls == 8
    assert await pool.fetchval("SELECT count(*) FROM xero_reads") == 8


async def test_what_is_kept_of_the_day_is_not_touched(reader: Reader, sandbox: str) -> None:
    await control(sandbox, "/settings", {"limits": {"day": 102}})
    await reader.rows("Organisations", "/Organisation")
    await reader.rows("Organisations", "/Organisation")

    with pytest.raises(DayUsed, match="100 more calls today"):
        await reader.rows("Organisations", "/Organisation")


async def test_a_token_that_died_is_renewed(reader: Reader, pool: Pool, sandbox: str) -> None:
    await control(sandbox, "/faults", [_fault(401)])

    assert await reader.rows("Organisations", "/Organisation")
    assert await pool.fetchval("SELECT generation FROM grants") == 2


async def test_what_xero_has_not_is_nothing_and_a_bad_query_is_told(reader: Reader) -> None:
    assert await reader.one("CreditNotes", "/CreditNotes/no-such-note") is None

    with pytest.raises(QueryRefused, match="Nonsense"):
        await reader.rows("Invoices", "/Invoices?where=Nonsense")


async def test_a_list_is_read_to_its_last_page(reader: Reader) -> None:
    pages = [page async for page in reader.pages("Accounts", "/Accounts")]

    assert len(pages) == 1
    assert reader.calls == 1


async def test_xero_away_and_xero_closed_are_told_apart(reader: Reader, sandbox: str) -> None:
    await control(sandbox, "/faults", [_fault(503)] * 3)
    with pytest.raises(Unavailable, match="503"):
        await reader.rows("Organisations", "/Organisation")

    await control(sandbox, "/faults", [_fault(403)])
    with pytest.raises(Disconnected, match="403"):
        await reader.rows("Organisations", "/Organisation")


def _fault(status: int) -> dict[str, object]:
    match = {"method": "GET", "path": "/Organisation"}
    return {"match": match, "times": 1, "effect": "status", "status": status}


async def test_the_days_calls_are_measured_with_what_is_kept_of_them(
    reader: Reader, sandbox: str
) -> None:
    await control(sandbox, "/settings", {"limits": {"day": 4_001}})
    await reader.rows("Accounts", "/Accounts")

    day = {"connection": "acme", "window": "day"}
    assert REGISTRY.get_sample_value("bridge_xero_calls_left", day) == 4_000
    kept = REGISTRY.get_sample_value("bridge_xero_calls_reserved", {"connection": "acme"})
    assert kept == 200  # a twentieth
