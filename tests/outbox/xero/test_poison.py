"""A document that Xero fails on each time holds back itself and what depends on it, no others."""

from tests.outbox.delivery import Xero, contact, delivering, invoice, payment, until
from tests.outbox.desk import Desk


async def test_a_poisoned_document_leaves_its_companions_and_waits_for_a_person(
    connected: Desk, xero: Xero
) -> None:
    await connected.ask(contact())
    async with delivering(connected, xero):
        await until(connected, "done")
        # Whatever request carries the second one, Xero breaks on, and does nothing.
        await xero.fail("/Invoices", "status", status=500, holds="INV-2", times=99)
        await connected.ask(invoice("1"), invoice("2"), invoice("3"), payment("5", "2"))
        await until(connected, "done", "done", "parked", "done", "pending")

    assert sorted(row["InvoiceNumber"] for row in (await xero.ledger())["invoices"]) == [
        "INV-1",
        "INV-3",
    ]
    assert await connected.pool.fetchval("SELECT cause FROM commands WHERE state = 'parked'") == (
        "xero:fails"
    )
