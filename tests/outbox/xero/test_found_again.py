"""Each kind of thing is found again in Xero when nobody knows whether it was written (rule 4)."""

from typing import Any

from outbox.xero.routes import CHANGES
from schemas.commands import PARENT, Command, link
from schemas.words import Ref
from tests.outbox.delivery import Xero, contact, delivering, invoice, payment, until
from tests.outbox.desk import Desk, unpay, void_invoice

INVOICE, NOTE, FEE = Ref("invoice", "1"), Ref("credit_note", "1"), Ref("customer_payment", "7")
ACCOUNT: dict[str, Any] = {"Account": {"Code": "090"}, "Date": "2026-02-02"}
CREATED = ("/Invoices", "/CreditNotes", "/CreditNotes/*/Allocations", "/Payments")
ENDED = ("/Payments/*", "/Payments/*", "/BankTransactions/*", "/Invoices/*", "/CreditNotes/*")


def credit_note() -> Command:
    body = {**(invoice().body or {}), "Type": "ACCRECCREDIT", "CreditNoteNumber": "CN-1"}
    body = {name: value for name, value in body.items() if name not in ("InvoiceNumber", "DueDate")}
    return Command("credit_note.put", str(NOTE), (NOTE,), body, ("contact:1",), {"total": "100"})


def allocation() -> Command:
    body = {
        PARENT: link(str(NOTE)),
        "Invoice": {"InvoiceID": link(str(INVOICE))},
        "Amount": "30",
        "Date": "2026-02-02",
    }
    needs = (str(NOTE), str(INVOICE))
    return Command("allocation.create", "allocation:1", (NOTE, INVOICE), body, needs)


def refund() -> Command:
    target = {"CreditNote": {"CreditNoteID": link(str(NOTE))}}
    body = {**ACCOUNT, **target, "Amount": "20", "Reference": "ZI-REF-1"}
    return Command("refund.create", "refund:1", (NOTE,), body, (str(NOTE),))


def bank_charge() -> Command:
    line = {"Description": "Bank charge", "Quantity": "1", "UnitAmount": "2", "AccountCode": "404"}
    body = {
        "Type": "SPEND",
        "Contact": {"ContactID": link("contact:1")},
        "BankAccount": {"Code": "090"},
        "Date": "2026-02-02",
        "Reference": "ZI-PMT-7 fee",
        "LineAmountTypes": "NoTax",
        "LineItems": [line],
    }
    key, expected = "bank_charge:7", {"total": "2"}
    return Command("bank_charge.create", key, (FEE,), body, ("contact:1",), expected)


def endings() -> list[Command]:
    """Take all of it back, what hangs on a document before the document."""
    gone = {"Status": "DELETED"}
    return [
        unpay("5"),
        Command("refund.delete", "refund:1", (NOTE,), gone),
        Command(
            "allocation.delete",
            "allocation:1",
            (NOTE, INVOICE),
            {PARENT: link(str(NOTE))},
            (str(NOTE),),
        ),
        Command("bank_charge.delete", "bank_charge:7", (FEE,), gone),
        void_invoice(),
        Command("credit_note.void", str(NOTE), (NOTE,), {"Status": "VOIDED"}),
    ]


async def test_whatever_was_written_or_taken_back_without_an_answer_is_found_and_done_once(
    connected: Desk, xero: Xero
) -> None:
    made = [invoice(), credit_note(), bank_charge(), allocation(), payment("5"), refund()]
    await connected.ask(contact())
    async with delivering(connected, xero):
        await until(connected, "done")
        for path in (*CREATED, "/BankTransactions"):
            await lose(xero, "PUT", path)
        await connected.ask(*made)
        await until(connected, *["done"] * 7)
        once = await xero.ledger()

        for path in ENDED:
            await lose(xero, "POST", path)
        await lose(xero, "DELETE", "/CreditNotes/*/Allocations/*")
        await connected.ask(*endings())
        await until(connected, *["done"] * 13)

    kinds = ("invoices", "credit_notes", "bank_transactions", "allocations", "payments")
    assert [len(once[kind]) for kind in kinds] == [1, 1, 1, 1, 2]
    ledger = await xero.ledger()
    assert [row["Status"] for kind in kinds[:2] for row in ledger[kind]] == ["VOIDED"] * 2
    assert {row["Status"] for row in ledger["payments"]} == {"DELETED"}
    assert [row["Status"] for row in ledger["bank_transactions"]] == ["DELETED"]
    assert ledger["allocations"] == []
    assert await lost(connected) == len(CREATED) + 1 + len(ENDED) + 1


async def test_what_a_person_has_ended_in_xero_already_is_ended_and_holds_nothing_back(
    connected: Desk, xero: Xero
) -> None:
    await connected.ask(contact())
    async with delivering(connected, xero):
        await until(connected, "done")
        await connected.ask(invoice(), credit_note(), bank_charge(), allocation(), payment("5"))
        await connected.ask(refund())
        await until(connected, *["done"] * 7)
        for ending in endings():
            await by_hand(connected, xero, ending)
        ended = await xero.ledger()

        await connected.ask(*endings())
        await until(connected, *["done"] * 13)

    assert await xero.ledger() == ended


async def by_hand(desk: Desk, xero: Xero, ending: Command) -> None:
    """End a thing in Xero as a person does, past the bridge."""
    links = {row["key"]: row["xero_id"] for row in await desk.pool.fetch("SELECT * FROM links")}
    route = CHANGES[ending.kind]
    path = route.path.format(id=links[ending.key], parent=links[str(NOTE)])
    body = {} if route.method == "DELETE" else {"json": ending.body}
    await xero.ask(route.method, path, **body)


async def lose(xero: Xero, method: str, path: str) -> None:
    """Let Xero do the next such thing, and answer 500: its key is of no use any more."""
    await xero.fail(path, "status", method=method, status=500, applied=True, delay=0.3)


async def lost(desk: Desk) -> int:
    """How many requests were settled by a look-up."""
    count: int = await desk.pool.fetchval(
        "SELECT count(*) FROM attempts WHERE message = 'settled by a look-up in Xero'"
    )
    return count
