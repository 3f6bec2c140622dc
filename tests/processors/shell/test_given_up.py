"""What a person gives up is withheld by that person, with why, until the document changes."""

from typing import Any

from outbox.operate import Choice, skip
from tests.processors.conftest import Journal
from tests.processors.zoho import UNMAPPED, invoice, payment, taxed

WHERE = """
SELECT document_state(connection_id, entity, zoho_id) AS state, outcome FROM documents
 WHERE entity = $1
"""


async def give_up(journal: Journal) -> None:
    async with journal.pool.acquire() as connection, connection.transaction():
        everything = Choice(everything=True)
        await skip(connection, journal.connection_id, everything, by="user:ada", reason="a gift")


async def state_of(journal: Journal, entity: str = "invoice") -> tuple[str, str]:
    """How a document stands, and how the lists have it: always the same when nothing is open."""
    row: Any = await journal.row(WHERE, entity)
    return row["state"], row["outcome"]


async def test_an_invoice_that_a_person_gave_up_is_no_more_taken_for_synced(
    journal: Journal,
) -> None:
    unmapped = invoice(line_items=[taxed(tax_id=UNMAPPED)])
    await journal.happens("invoice", unmapped, "created")
    assert await state_of(journal) == ("parked", "synced")

    await give_up(journal)

    assert await state_of(journal) == ("withheld", "withheld")
    row = await journal.row("SELECT * FROM decisions ORDER BY id DESC LIMIT 1")
    assert (row["action"], row["key"], row["outcome"]) == ("A2", "invoice:1", "withheld")
    assert row["reason"] == "given up by user:ada: a gift"

    await journal.happens("invoice", {**unmapped, "last_modified_time": "2026-12-01T00:00:00Z"})
    assert await state_of(journal) == ("withheld", "withheld")


async def test_it_goes_to_xero_when_it_changes_in_zoho(journal: Journal) -> None:
    await journal.happens("invoice", invoice(line_items=[taxed(tax_id=UNMAPPED)]), "created")
    await give_up(journal)

    mended = invoice(reference_number="PO-7", last_modified_time="2026-12-01T00:00:00Z")
    await journal.happens("invoice", mended)

    put = ("invoice.put", "invoice:1", "pending")
    assert put in await journal.commands()
    await journal.xero_holds()
    assert await state_of(journal) == ("synced", "synced")


async def test_a_payment_that_is_given_up_leaves_its_invoice_as_it_was(
    journal: Journal,
) -> None:
    await journal.happens("invoice", invoice(), "created")
    await journal.happens("customer_payment", payment(), "created")
    await journal.pool.execute("UPDATE commands SET state = 'parked' WHERE kind LIKE 'payment.%'")

    await give_up(journal)

    assert await state_of(journal, "customer_payment") == ("withheld", "withheld")
    assert (await state_of(journal))[1] == "synced"
