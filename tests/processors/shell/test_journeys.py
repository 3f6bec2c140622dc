"""The shell on a real database: journal order, locks, memory, and what becomes of bad events."""

import itertools
import random
from typing import Any

import pytest

from tests.processors.conftest import Journal
from tests.processors.zoho import UNMAPPED, Fields, at, contact, invoice, payment, share, taxed


def dearer(**changes: Any) -> Fields:
    return invoice(line_items=[taxed(200)], total=230, **changes)


async def test_an_invoice_and_its_payment_become_commands_in_order(journal: Journal) -> None:
    await journal.happens("contact", contact(), "created")
    await journal.happens("invoice", invoice(), "created")
    await journal.happens("customer_payment", payment(), "created")

    assert await journal.states() == ["decided"] * 3
    assert await journal.decisions() == [
        ("contact:50", "A1", "withheld", "is_unused"),
        ("contact:50", "A1", "applied", None),
        ("invoice:1", "A2", "applied", None),
        ("customer_payment:9", "A6", "applied", None),
    ]
    assert await journal.commands() == [
        ("contact.put", "contact:50", "pending"),
        ("invoice.put", "invoice:1", "pending"),
        ("payment.create", "payment:901", "pending"),
    ]
    assert await journal.queue_of("invoice:1") == [
        "invoice.put invoice:1",
        "payment.create payment:901",
    ]


async def test_money_is_stored_as_numbers(journal: Journal) -> None:
    await journal.happens("invoice", invoice(line_items=[taxed("0.0125", 8000)]), "created")
    row = await journal.row(
        "SELECT body->'LineItems'->0 AS item FROM commands WHERE kind LIKE 'i%'"
    )

    assert (row["item"]["UnitAmount"], row["item"]["Quantity"]) == (0.0125, 8000)


async def test_a_repeated_knock_decides_once(journal: Journal) -> None:
    event_id = await journal.arrives("invoice", invoice(), "created")

    await journal.knock(*[event_id] * 8)
    await journal.knock(event_id, again=True)

    assert [row[:2] for row in await journal.commands()] == [
        ("contact.put", "contact:50"),
        ("invoice.put", "invoice:1"),
    ]


async def test_an_edit_goes_before_the_payment_that_came_after_it_whichever_knock_is_first(
    journal: Journal,
) -> None:
    await journal.happens("invoice", invoice(), "created")
    await journal.xero_holds()
    edit = await journal.arrives("invoice", dearer(last_modified_time=at(5)))
    paid = await journal.arrives("customer_payment", payment(), "created")

    await journal.knock(paid)

    assert await journal.states() == ["decided"] * 3
    assert await journal.queue_of("invoice:1") == [
        "invoice.put invoice:1",
        "payment.create payment:901",
    ]
    await journal.knock(edit)
    assert await journal.states() == ["decided"] * 3


async def test_a_knock_brings_every_earlier_event_of_a_chain_of_documents(
    journal: Journal,
) -> None:
    chain = [
        ("invoice", invoice("1")),
        ("customer_payment", payment("8", invoices=[share("801", "1"), share("802", "2")])),
        ("invoice", invoice("2")),
        ("customer_payment", payment("9", invoices=[share("901", "2"), share("902", "3")])),
        ("invoice", invoice("3")),
    ]
    events = [await journal.arrives(entity, fields, "created") for entity, fields in chain]

    await journal.knock(events[-1])

    assert await journal.states() == ["decided"] * 5
    order = [key for _, key, state in await journal.commands() if state == "pending"]
    assert order == [
        "contact:50",
        "invoice:1",
        "payment:801",
        "invoice:2",
        "payment:802",
        "payment:901",
        "invoice:3",
        "payment:902",
    ]


@pytest.mark.parametrize("seed", range(3))
async def test_knocks_at_the_same_time_and_in_any_order_keep_the_journals_order(
    journal: Journal, seed: int
) -> None:
    events = []
    for minute, number in itertools.product(range(4), "123"):
        fields = invoice(number, line_items=[taxed(100 + minute)], last_modified_time=at(minute))
        fields["total"] = str((100 + minute) * 115 / 100)
        events.append(await journal.arrives("invoice", fields))
        shares = [share(f"{minute}{number}", number, 1), share(f"{minute}{number}9", "1", 1)]
        paid = payment(f"{minute}{number}", invoices=shares, updated_time=at(minute))
        events.append(await journal.arrives("customer_payment", paid, "created"))
    random.Random(seed).shuffle(events)

    await journal.knock(*events)

    assert await journal.states() == ["decided"] * len(events)
    rows = await journal.pool.fetch(
        """SELECT t.document, array_agg(c.event_id ORDER BY t.position) AS events
             FROM tickets t JOIN commands c ON c.id = t.command_id
            WHERE t.open AND c.kind <> 'invoice.put' GROUP BY t.document"""
    )
    for row in rows:
        assert row["events"] == sorted(row["events"]), row["document"]


async def test_a_contact_is_brought_once_by_invoices_that_come_together(journal: Journal) -> None:
    events = [await journal.arrives("invoice", invoice(str(n)), "created") for n in range(1, 9)]

    await journal.knock(*events)

    kinds = [kind for kind, _, _ in await journal.commands()]
    assert (kinds.count("contact.put"), kinds.count("invoice.put")) == (1, 8)


async def test_connections_do_not_see_each_other(journal: Journal) -> None:
    other_id = await journal.pool.fetchval(
        """INSERT INTO connections (name, endpoint, organization_id, config, cutover)
           SELECT 'other', 'f', '7', config, cutover FROM connections RETURNING id"""
    )
    await journal.happens("invoice", invoice(), "created")
    await Journal(journal.pool, other_id).happens("invoice", invoice(), "created")

    rows = await journal.pool.fetch("SELECT connection_id, kind FROM commands ORDER BY id")
    assert [(row["connection_id"] == other_id, row["kind"]) for row in rows] == [
        (False, "contact.put"),
        (False, "invoice.put"),
        (True, "contact.put"),
        (True, "invoice.put"),
    ]


async def test_a_deletion_with_an_id_only_ends_the_invoice(journal: Journal) -> None:
    await journal.happens("invoice", invoice(), "created")
    await journal.xero_holds()
    await journal.happens("invoice", {"invoice_id": 1}, "deleted")

    assert (await journal.decisions())[-1] == ("invoice:1", "A4", "applied", None)
    assert (await journal.commands())[-1] == ("invoice.void", "invoice:1", "pending")


async def test_a_number_that_xero_keeps_gets_a_suffix(journal: Journal) -> None:
    await journal.happens("invoice", invoice(), "created")
    await journal.xero_holds()
    await journal.happens("invoice", invoice(status="void", last_modified_time=at(5)))
    await journal.xero_holds()
    await journal.pool.execute("DELETE FROM links WHERE key = 'invoice:1'")

    await journal.happens("invoice", invoice(last_modified_time=at(6)))

    row = await journal.row("SELECT body->>'InvoiceNumber' AS n FROM commands ORDER BY id DESC")
    assert row["n"] == "INV-1-2"


async def test_a_fix_in_zoho_takes_the_place_of_the_parked_version(journal: Journal) -> None:
    await journal.happens("invoice", invoice(line_items=[taxed(tax_id=UNMAPPED)]), "created")
    await journal.happens("customer_payment", payment(), "created")

    await journal.happens(
        "invoice", invoice(payment_made=115, status="paid", last_modified_time=at(12))
    )

    assert await journal.queue_of("invoice:1") == [
        "invoice.put invoice:1",
        "payment.create payment:901",
    ]
    assert [state for _, _, state in await journal.commands()] == [
        "pending",
        "superseded",
        "pending",
        "pending",
    ]


async def test_an_edit_older_than_a_parked_payment_is_put_under_it(journal: Journal) -> None:
    await journal.happens("invoice", invoice(), "created")
    await journal.xero_holds()
    whole = payment(amount=230, invoices=[share(amount=230)])
    await journal.happens("customer_payment", whole, "created")
    await journal.pool.execute("UPDATE commands SET state = 'parked' WHERE state = 'pending'")

    await journal.happens("invoice", dearer(last_modified_time=at(9)))

    assert await journal.queue_of("invoice:1") == [
        "invoice.put invoice:1",
        "payment.create payment:901",
    ]
