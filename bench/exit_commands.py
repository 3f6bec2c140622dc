"""Commands as the processors ask for them, for measuring the exit by itself."""

import random
from collections.abc import Sequence
from typing import Any

from bridge.postgres import Pool
from outbox.append import Origin, append
from schemas.commands import PARENT, Command, link
from schemas.words import Ref

Decision = Sequence[Command]  # what one event asks for
KINDS, SHARES = ("invoice", "payment", "credit", "void"), (80, 12, 5, 3)  # in a hundred events
ABOUT = {"Date": "2026-02-01", "CurrencyCode": "CAD", "Status": "AUTHORISED"}
LINE = {"Description": "x" * 60, "Quantity": "1", "UnitAmount": "100", "TaxType": "NONE"}


def contact(number: str) -> Command:
    """A customer."""
    body = {"Name": f"Customer {number}", "ContactNumber": f"ZI-{number}"}
    expected = {"contact_type": "customer"}
    ticket = Ref("contact", number)
    return Command("contact.put", f"contact:{number}", (ticket,), body, expected=expected)


def _trade(kind: str, number: str, customer: str, **fields: Any) -> Command:
    body = {
        **ABOUT,
        **fields,
        "Contact": {"ContactID": link(f"contact:{customer}")},
        "LineAmountTypes": "Exclusive",
        "LineItems": [{**LINE, "AccountCode": "200"}] * 2,
    }
    key = f"{kind}:{number}"
    needs, expected = (f"contact:{customer}",), {"total": "200"}
    return Command(f"{kind}.put", key, (Ref(kind, number),), body, needs, expected)


def invoice(number: str, customer: str) -> Command:
    """An invoice of 200 dollars."""
    fields = {"Type": "ACCREC", "InvoiceNumber": f"INV-{number}", "DueDate": "2026-03-01"}
    return _trade("invoice", number, customer, **fields)


def credit_note(number: str, customer: str) -> Command:
    """A credit note of 200 dollars."""
    fields = {"Type": "ACCRECCREDIT", "CreditNoteNumber": f"CN-{number}"}
    return _trade("credit_note", number, customer, **fields)


def payment(number: str, of: str) -> Command:
    """Fifty dollars for an invoice."""
    body = {
        "Invoice": {"InvoiceID": link(f"invoice:{of}")},
        "Account": {"Code": "090"},
        "Date": "2026-02-02",
        "Amount": "50",
        "Reference": f"ZI-PMT-{number}",
    }
    tickets = (Ref("customer_payment", number), Ref("invoice", of))
    return Command("payment.create", f"payment:{number}", tickets, body, (f"invoice:{of}",))


def allocation(number: str, of: str) -> Command:
    """Fifty dollars of a credit note for an invoice."""
    note = f"credit_note:{number}"
    body = {
        PARENT: link(note),
        "Invoice": {"InvoiceID": link(f"invoice:{of}")},
        "Amount": "50",
        "Date": "2026-02-02",
    }
    tickets = (Ref("credit_note", number), Ref("invoice", of))
    key, needs = f"allocation:{number}", (note, f"invoice:{of}")
    return Command("allocation.create", key, tickets, body, needs)


def void(number: str) -> Command:
    """An invoice's end."""
    ticket = Ref("invoice", number)
    return Command("invoice.void", f"invoice:{number}", (ticket,), {"Status": "VOIDED"})


def mixed(events: int, customers: int, old: int, chance: random.Random) -> list[Decision]:
    """Events of one organisation: four fifths invoices; payments, credits and voids among them.

    The voids are of `old` invoices, that Xero holds already; each credit note is applied to an
    invoice of its customer, and no invoice gets more than one payment or credit.
    """
    unpaid, voids = list[str](), [str(number) for number in range(old)]
    decisions: list[Decision] = []
    for event in range(events):
        number, customer = str(1_000_000 + event), str(event % customers)
        what = chance.choices(KINDS, SHARES)[0]
        if what == "payment" and unpaid:
            decisions.append([payment(number, _draw(unpaid, chance))])
        elif what == "credit" and unpaid:
            of = _draw(unpaid, chance)
            note = credit_note(number, str((int(of) - 1_000_000) % customers))
            decisions.append([note, allocation(number, of)])
        elif what == "void" and voids:
            decisions.append([void(voids.pop())])
        else:
            unpaid.append(number)
            decisions.append([invoice(number, customer)])
    return decisions


def _draw(numbers: list[str], chance: random.Random) -> str:
    return numbers.pop(chance.randrange(len(numbers)))


async def ask(pool: Pool, connection_id: int, decisions: Sequence[Decision]) -> None:
    """Append what events ask for, as their decisions do, in order."""
    async with pool.acquire() as database:
        for decision in decisions:
            async with database.transaction():
                await append(database, Origin(connection_id, 0, "bench", "A2"), decision)
