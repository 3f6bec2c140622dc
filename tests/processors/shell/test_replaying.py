"""Deciding again: what should be different now becomes so, and nothing else moves."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from processors.shell.replaying import Choice, Replayed, replay
from schemas.words import Ref
from tests.processors.conftest import CONFIG, Journal
from tests.processors.world import Company, World
from tests.processors.zoho import UNMAPPED, at, invoice, payment, taxed

INVOICE = Choice(document=Ref("invoice", "1"))


async def again(journal: Journal, choice: Choice) -> Replayed:
    """Replay, and have everything decided, whichever knock is heard first."""
    async with journal.pool.acquire() as connection, connection.transaction():
        replayed = await replay(connection, journal.connection_id, choice)
    rows = await journal.pool.fetch("SELECT id FROM events WHERE state = 'undecided'")
    knocks = [row["id"] for row in rows]
    random.Random(len(knocks)).shuffle(knocks)
    await journal.knock(*knocks)
    return replayed


async def state(journal: Journal, entity: str, zoho_id: str) -> str:
    word: str = await journal.pool.fetchval(
        "SELECT document_state($1, $2, $3)", journal.connection_id, entity, zoho_id
    )
    return word


async def exports(journal: Journal, *, credit_notes: bool = True, invoices: bool = True) -> None:
    """Set the connection's switches."""
    switches = CONFIG["export"] | {
        "credit_notes": credit_notes,
        "invoices_and_payments": invoices,
    }
    config = {**CONFIG, "export": switches}
    await journal.pool.execute("UPDATE connections SET config = $1", config)


@pytest.mark.parametrize("seed", range(12))
async def test_replaying_a_whole_history_three_times_asks_nothing_new_of_xero(
    journal: Journal, seed: int
) -> None:
    company, world = Company(random.Random(seed)), World(journal)
    for _ in range(8):
        company.act()
    for entity, fields, trigger in company.events:
        await journal.happens(entity, fields, trigger)
        await world.works()
    before = await journal.commands()

    for _ in range(3):
        assert (await again(journal, Choice())).again

    assert await journal.commands() == before


async def test_what_was_withheld_is_exported_once_the_reason_is_gone(journal: Journal) -> None:
    await exports(journal, invoices=False)
    await journal.happens("invoice", invoice(), "created")
    await journal.happens("customer_payment", payment(), "created")
    assert await journal.commands() == []
    await exports(journal)

    await again(journal, Choice(outcomes=("withheld",)))
    await journal.xero_holds()

    kinds = [kind for kind, _, _ in await journal.commands()]
    assert kinds == ["contact.put", "invoice.put", "payment.create"]
    assert await state(journal, "invoice", "1") == "synced"


async def test_what_is_still_withheld_stays_so(journal: Journal) -> None:
    await journal.happens("invoice", invoice(status="draft"), "created")

    await again(journal, INVOICE)

    assert await journal.commands() == []
    assert await state(journal, "invoice", "1") == "withheld"


async def test_an_older_version_never_comes_back_though_it_bears_no_stamp(
    journal: Journal,
) -> None:
    first = await journal.happens("invoice", invoice(last_modified_time=""), "created")
    dearer = invoice(last_modified_time="", line_items=[taxed(200)], total=230)
    await journal.happens("invoice", dearer)
    before = await journal.commands()

    replayed = await again(journal, Choice(ids=(first,)))
    assert (replayed.again, replayed.overtaken) == ([], [first])
    await again(journal, Choice())

    assert await journal.commands() == before


async def test_a_version_that_came_meanwhile_wins(journal: Journal) -> None:
    await journal.happens("invoice", invoice(last_modified_time=""), "created")
    dearer = invoice(last_modified_time="", line_items=[taxed(200)], total=230)
    newer = await journal.arrives("invoice", dearer)

    replayed = await again(journal, INVOICE)

    assert (replayed.again, len(replayed.waiting)) == ([], 2)
    assert (await journal.row("SELECT max(id) AS id FROM events"))["id"] == newer


async def test_a_parked_event_is_decided_as_it_is(journal: Journal) -> None:
    unreadable = await journal.happens("invoice", invoice(total="much"), "created")
    assert await journal.states() == ["parked"]

    replayed = await again(journal, Choice(states=("parked",)))

    assert replayed == Replayed(parked=[unreadable])
    assert await journal.states() == ["parked"]


async def test_what_is_parked_at_xero_is_not_asked_for_twice(journal: Journal) -> None:
    await journal.happens("invoice", invoice(line_items=[taxed(tax_id=UNMAPPED)]), "created")
    before = await journal.commands()

    await again(journal, Choice())

    assert await journal.commands() == before


async def test_a_deletion_is_looked_at_again(journal: Journal) -> None:
    applied = invoice(credits_applied="15.00")
    await journal.happens("invoice", invoice(), "created")
    await journal.xero_holds()
    await journal.happens("invoice", applied | {"last_modified_time": at(1)})
    await journal.happens("invoice", applied | {"last_modified_time": at(2)}, "deleted")
    before = await journal.commands()

    replayed = await again(journal, INVOICE)

    assert len(replayed.again) == 1
    assert await journal.commands() == before
    assert (await journal.decisions())[-1] == ("invoice:1", "A4", "withheld", "has_credits")


async def test_a_time_narrows_the_choice(journal: Journal) -> None:
    await journal.happens("invoice", invoice(), "created")
    now = datetime.now(UTC)

    early = await again(journal, Choice(until=now - timedelta(hours=1)))
    late = await again(journal, Choice(since=now - timedelta(hours=1)))

    assert (early, len(late.again)) == (Replayed(), 1)


async def test_a_late_version_that_counts_is_not_taken_for_the_newest_one(journal: Journal) -> None:
    world = World(journal)
    await journal.happens("invoice", invoice(), "created")
    await world.works()
    paid = invoice(line_items=[taxed(60)], total=69, payment_made=40, last_modified_time=at(5))
    newest = await journal.happens("invoice", paid)
    earlier = invoice(line_items=[taxed(80)], total=92, last_modified_time=at(3))
    late = await journal.happens("invoice", earlier)
    await world.works()

    replayed = await again(journal, INVOICE)

    assert (await journal.decisions())[-2:] == [
        ("invoice:1", "A3", "applied", None),
        ("invoice:1", "A3", "withheld", "has_payments"),
    ]
    assert (newest in replayed.again, late in replayed.overtaken) == (True, True)
