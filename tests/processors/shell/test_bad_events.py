"""Events that don't read, come late, break, or belong to a disabled connection: none is lost."""

import asyncio

import pytest

from processors.shell.consumer import answer
from tests.processors.conftest import Journal
from tests.processors.zoho import at, invoice, payment, taxed


async def test_an_older_version_is_superseded_and_says_so(journal: Journal) -> None:
    newer = invoice(line_items=[taxed(200)], total=230, last_modified_time=at(5))
    await journal.happens("invoice", newer)
    await journal.happens("invoice", invoice(last_modified_time=at(4)), "created")

    assert await journal.states() == ["decided", "superseded"]
    assert (await journal.decisions())[-1] == ("invoice:1", "-", "superseded", "older_version")
    row = await journal.row(
        "SELECT snapshot->>'total' AS total FROM documents WHERE entity = 'invoice'"
    )
    assert row["total"] == "230"


async def test_an_event_that_does_not_read_is_parked_with_its_fields_named(
    journal: Journal,
) -> None:
    broken = invoice(line_items=[taxed(), {"quantity": 1, "rate": "many"}], total="", date="x")

    await journal.happens("invoice", broken, "created")

    row = await journal.row("SELECT state, reason FROM events")
    assert row["state"] == "parked"
    for field in ("line_items[1].rate: ", "total: ", "date: "):
        assert field in row["reason"]
    assert await journal.commands() == []


async def test_a_newer_version_that_reads_frees_the_document(journal: Journal) -> None:
    await journal.happens("invoice", invoice(total=""), "created")
    await journal.happens("invoice", invoice(last_modified_time=at(1)))

    assert await journal.states() == ["superseded", "decided"]


async def test_an_unreadable_version_that_is_late_anyway_parks_nothing(journal: Journal) -> None:
    await journal.happens("invoice", invoice(last_modified_time=at(5)))
    await journal.happens("invoice", invoice(total="", last_modified_time=at(4)))

    assert await journal.states() == ["decided", "superseded"]


async def test_c9_a_disabled_connections_events_are_held(journal: Journal) -> None:
    await journal.pool.execute("UPDATE connections SET enabled = false")
    await journal.happens("invoice", invoice(), "created")
    assert await journal.states() == ["held"]

    await journal.pool.execute("UPDATE connections SET enabled = true")
    await journal.pool.execute("UPDATE events SET state = 'undecided'")
    await journal.happens("customer_payment", payment(), "created")

    assert await journal.states() == ["decided", "decided"]


async def test_an_event_that_kills_its_process_each_time_is_parked(journal: Journal) -> None:
    deadly = await journal.arrives("invoice", invoice(), "created")
    await journal.pool.execute("UPDATE events SET failures = 9")

    await journal.knock(deadly, again=True)

    row = await journal.row("SELECT state, reason FROM events")
    assert row["state"] == "parked"
    assert row["reason"].endswith("the process ended meanwhile")


async def test_an_event_that_met_restarts_and_lost_databases_is_decided_all_the_same(
    journal: Journal,
) -> None:
    unlucky = await journal.arrives("invoice", invoice(), "created")
    await journal.pool.execute("UPDATE events SET failures = 8")

    await journal.knock(unlucky, again=True)

    assert await journal.states() == ["decided"]


async def test_an_event_that_many_wait_for_has_not_failed_because_they_come_again(
    journal: Journal,
) -> None:
    first = await journal.arrives("invoice", invoice(), "created")
    behind = [
        await journal.arrives("invoice", invoice(last_modified_time=at(minute)))
        for minute in range(1, 13)
    ]

    async with asyncio.TaskGroup() as group:
        for event in behind:
            group.create_task(answer(journal.pool, event, again=True))

    rows = await journal.pool.fetch("SELECT id, failures FROM events WHERE state = 'decided'")
    assert {row["id"]: row["failures"] for row in rows} == {first: 0} | dict.fromkeys(behind, 1)


async def test_an_event_that_always_breaks_is_parked_with_the_error_named(
    journal: Journal,
) -> None:
    await journal.happens("invoice", invoice(), "created")
    await journal.pool.execute(
        """UPDATE documents SET snapshot = '{"date": "?"}' WHERE entity = 'invoice'"""
    )
    broken = await journal.arrives("invoice", invoice(notes="new", last_modified_time=at(5)))
    await journal.arrives("customer_payment", payment(), "created")

    for _ in range(4):
        with pytest.raises(ExceptionGroup):
            await journal.knock(broken, again=True)
    await journal.knock(broken, again=True)

    rows = await journal.pool.fetch("SELECT state, failures, reason FROM events ORDER BY id")
    assert [(row["state"], row["failures"]) for row in rows] == [
        ("decided", 0),
        ("parked", 5),
        ("undecided", 0),
    ]
    assert "failed 5 times" in rows[1]["reason"]
    assert "ValidationError" in rows[1]["reason"]
