"""Write-offs: Xero has none, so a credit note is set against what Zoho wrote off (A5)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from processors.cases import Case, Plans, local_day
from processors.plans.building import account, account_field, ask, whole_cents
from processors.plans.credit_notes import allocation_body
from processors.plans.trades import free_number, header
from processors.things import Thing
from schemas.books import Books
from schemas.commands import PARENT, Body, Command, link
from schemas.documents import Dated, Trade
from schemas.words import Ref


def wanted(invoice: Trade) -> Iterator[Thing]:
    """One thing for the amount that is written off, if any is."""
    if (invoice.write_off_amount or 0) > 0:
        content = {"amount": str(invoice.write_off_amount)}
        yield Thing(f"write_off:{invoice.id}", content, (Ref("invoice", invoice.id),))


def write_off(case: Case, thing: Thing) -> Iterator[Command]:
    """Write a credit note of the amount, and set it against the invoice."""
    invoice = case.document
    if not isinstance(invoice, Trade):
        raise TypeError(f"{case.ref} can't be written off")
    amount = Decimal(thing.content["amount"])
    number = free_number(case, thing, f"WO-{invoice.number}", unique=True)
    yield ask(
        "write_off.put",
        thing.key,
        thing.homes,
        lambda: _body(case.books, invoice, _day(case, thing), number, amount),
        needs=(f"contact:{invoice.contact_id}",),
        expected={"total": str(amount), "currency": invoice.currency_code, "number": number},
    )
    yield from set_against(case, thing)


def set_against(case: Case, thing: Thing) -> Iterator[Command]:
    """Set the credit note against the invoice."""
    amount = Decimal(thing.content["amount"])
    yield ask(
        "allocation.create",
        thing.place,
        thing.homes,
        lambda: allocation_body(thing.key, thing.owner, amount, _later_day(case, thing)),
        needs=(thing.key, str(thing.owner)),
        expected={"amount": str(amount)},
    )


def change(case: Case, thing: Thing) -> Iterator[Command]:
    """Take the credit note off, give it the new amount, set it again: one change, in order."""
    yield from take_off(case, thing)
    yield from write_off(case, thing)


def cancel(case: Case, thing: Thing) -> Iterator[Command]:
    """Take the credit note off the invoice, then void it."""
    yield from take_off(case, thing)
    yield Command("write_off.void", thing.key, thing.homes, {"Status": "VOIDED"})


def take_off(_case: Case, thing: Thing) -> Iterator[Command]:
    """Take the credit note off the invoice; it stays."""
    body = {PARENT: link(thing.key)}
    yield Command("allocation.delete", thing.place, thing.homes, body, (thing.key,))


def _day(case: Case, thing: Thing) -> date:
    """Zoho shows no day of a write-off: it is the day on which the invoice was changed so."""
    if thing.at is not None:
        return local_day(thing.at, case.books)
    invoice = case.shown(thing.owner)
    if not isinstance(invoice, Dated):
        raise TypeError(f"{thing.owner} can't be written off")
    return invoice.date


def _later_day(case: Case, thing: Thing) -> date:
    """The later of both documents' days, as Xero has it (Xero: allocations)."""
    invoice, day = case.shown(thing.owner), _day(case, thing)
    return max(day, invoice.date) if isinstance(invoice, Dated) else day


def _body(books: Books, invoice: Trade, day: date, number: str, amount: Decimal) -> Body:
    return {
        "Type": "ACCRECCREDIT",
        "CreditNoteNumber": number,
        **header(invoice, books, day),
        "LineAmountTypes": "NoTax",
        "LineItems": [
            {
                "Description": f"Write-off {invoice.number}",
                "Quantity": Decimal(1),
                "UnitAmount": whole_cents(amount),
                **account_field(account(books, "write_offs"), prefix="Account"),
            }
        ],
    }


# How it steps aside for a change of the invoice, and comes back: the credit note itself stays.
ASIDE: Final[Plans] = {"write_off.remove": take_off, "write_off.create": set_against}
PLANS: Final[Plans] = {
    "write_off.create": write_off,
    "write_off.update": change,
    "write_off.remove": cancel,
}
