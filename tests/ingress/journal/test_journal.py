"""The journal on a real PostgreSQL: one commit for many, order, repeats, and a server that goes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from bridge.local_bus import LocalBus
from bridge.postgres import Pool, create_pool
from ingress.journal.delivery import Delivery
from ingress.journal.recording import Entry, GoneError
from ingress.journal.writer import Journal, JournalAwayError, UnstorableError
from tests.bridge.buses import until
from tests.bridge.cable import Cable, cable_to
from tests.bridge.dropping import drop
from tests.ingress.conftest import Door, connect, opened, stamped

A, B = b"content A", b"content B"


def entry(connection: int, content: bytes = A, zoho_id: str = "1", **fields: Any) -> Entry:
    delivery = Delivery("invoice", zoho_id, "edited", content, (f"invoice:{zoho_id}",))
    return Entry(connection, "r", "application/json", b"{}", delivery._replace(**fields))


@asynccontextmanager
async def writing(pool: Pool) -> AsyncIterator[Journal]:
    journal = Journal(pool)
    writer = asyncio.create_task(journal.run())
    try:
        yield journal
    finally:
        writer.cancel()
        await asyncio.wait([writer])


@asynccontextmanager
async def behind_a_cable(pool: Pool, database_url: str) -> AsyncIterator[tuple[Door, Cable]]:
    """Give a door with one connection, and the cable between it and its PostgreSQL."""
    await connect(pool)
    async with (
        cable_to(database_url) as (near, cable),
        await create_pool(near, size=5) as far,
        opened(far, LocalBus()) as door,
    ):
        yield door, cable


@pytest.fixture
async def journal(pool: Pool) -> AsyncIterator[Journal]:
    async with writing(pool) as journal:
        yield journal


async def ids(pool: Pool) -> list[str]:
    return [row["zoho_id"] for row in await pool.fetch("SELECT zoho_id FROM events ORDER BY id")]


async def test_what_arrives_together_shares_a_commit_and_keeps_its_order(
    pool: Pool, journal: Journal
) -> None:
    acme = await connect(pool)
    names = [str(number) for number in range(150)]

    recorded = await asyncio.gather(*(journal.record(entry(acme, zoho_id=name)) for name in names))

    assert await ids(pool) == names
    assert [each.event_id for each in recorded] == sorted(each.event_id for each in recorded)
    transactions = await pool.fetchval("SELECT count(DISTINCT xmin::text) FROM events")
    assert transactions <= 2


async def test_copies_that_arrive_together_are_one_event(pool: Pool, journal: Journal) -> None:
    acme = await connect(pool)

    recorded = await asyncio.gather(*(journal.record(entry(acme)) for _ in range(8)))

    assert sorted(each.new for each in recorded) == [False] * 7 + [True]
    assert len({each.event_id for each in recorded}) == 1


async def test_a_document_brought_back_to_what_it_was_is_a_change(
    pool: Pool, journal: Journal
) -> None:
    acme = await connect(pool)
    unversioned = [entry(acme, content, versioned=False) for content in (A, A, B, B, A, A)]

    recorded = [await journal.record(each) for each in unversioned]

    assert [each.new for each in recorded] == [True, False, True, False, True, False]
    assert recorded[4].event_id == recorded[5].event_id


async def test_changes_back_and_forth_that_arrive_together_are_all_kept(
    pool: Pool, journal: Journal
) -> None:
    acme = await connect(pool)
    unversioned = [entry(acme, content, versioned=False) for content in (A, B, A)]

    recorded = await asyncio.gather(*(journal.record(each) for each in unversioned))

    assert [each.new for each in recorded] == [True, True, True]


async def test_a_versioned_delivery_that_comes_late_again_is_a_repeat(
    pool: Pool, journal: Journal
) -> None:
    acme = await connect(pool)

    recorded = [await journal.record(entry(acme, content)) for content in (A, B, A)]

    assert [each.new for each in recorded] == [True, True, False]


async def test_connections_are_apart(pool: Pool, journal: Journal) -> None:
    acme, other = await connect(pool), await connect(pool, "other")

    recorded = [await journal.record(entry(number)) for number in (acme, other)]

    assert [each.new for each in recorded] == [True, True]


async def test_one_event_that_can_t_be_stored_fails_alone(pool: Pool, journal: Journal) -> None:
    acme = await connect(pool)
    entries = [entry(acme, zoho_id=str(number)) for number in range(5)]
    entries[2] = entry(acme, zoho_id="2", reason="a\x00b")

    results = await asyncio.gather(*map(journal.record, entries), return_exceptions=True)

    assert [isinstance(each, UnstorableError) for each in results] == [
        number == 2 for number in range(5)
    ]
    assert await ids(pool) == ["0", "1", "3", "4"]


async def test_a_connection_deleted_meanwhile_is_told(pool: Pool, journal: Journal) -> None:
    acme = await connect(pool)

    results = await asyncio.gather(
        journal.record(entry(acme)), journal.record(entry(acme + 1)), return_exceptions=True
    )

    assert [type(each) for each in results][1] is GoneError
    assert await ids(pool) == ["1"]


async def test_a_backlog_beyond_all_room_is_turned_away(pool: Pool) -> None:
    journal = Journal(pool)  # nobody writes
    waiting = [asyncio.create_task(journal.record(entry(1))) for _ in range(2000)]
    await asyncio.sleep(0)

    with pytest.raises(JournalAwayError, match="too many"):
        await journal.record(entry(1))

    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)


async def test_a_writer_whose_server_dropped_it_goes_on_unseen(
    pool: Pool, doomed_pool: Pool
) -> None:
    acme = await connect(pool)
    async with writing(doomed_pool) as journal:
        await journal.record(entry(acme))
        await drop(pool)
        # The pool has no hold of it any more, and may have opened another already.
        await until(lambda: doomed_pool.get_size() == doomed_pool.get_idle_size())

        recorded = await journal.record(entry(acme, zoho_id="2"))

    assert recorded.new


@pytest.mark.usefixtures("hurried")
async def test_while_postgresql_is_silent_webhooks_are_turned_away_and_then_taken(
    pool: Pool, database_url: str
) -> None:
    async with behind_a_cable(pool, database_url) as (door, cable):
        assert (await door.post(stamped("1"))).status_code == 202

        cable.hush()
        refused = await asyncio.gather(*(door.post(stamped(str(n))) for n in range(2, 6)))
        cable.pull()

        assert {answer.status_code for answer in refused} == {503}
        assert {answer.headers["retry-after"] for answer in refused} == {"5"}
        assert {answer.json()["error"] for answer in refused} == {"unavailable"}
        async with asyncio.timeout(60):
            while (await door.post(stamped("7"))).status_code != 202:  # noqa: ASYNC110  another process's state
                await asyncio.sleep(0.1)
    assert "7" in await ids(pool)


@pytest.mark.usefixtures("hurried")
async def test_while_postgresql_refuses_an_unknown_address_is_not_denied(
    pool: Pool, database_url: str
) -> None:
    async with behind_a_cable(pool, database_url) as (door, cable):
        cable.hush()
        answer = await door.post(stamped(), "nobody/invoice/created")
        cable.pull()

    assert answer.status_code == 503


async def test_every_row_of_the_journal_names_a_connection(pool: Pool) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await pool.execute(
            "INSERT INTO events (connection_id, entity, zoho_id, trigger, touches, fingerprint,"
            " content_type, body, request_id)"
            " VALUES (9, 'bill', '1', 'edited', '{}', '', '', '', '')"
        )
