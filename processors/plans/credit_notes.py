"""Credit notes and vendor credits: themselves, what they are applied to, and their refunds."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from processors.cases import Case, Plans
from processors.plans import money, trades
from processors.plans.building import ask, whole_cents
from processors.things import Thing
from schemas.commands import PARENT, Body, Command, link
from schemas.documents import Credit, Dated, Document
from schemas.words import Ref


def of_customers(document: Document) -> Iterator[Thing]:
    """A credit note (A16–A19), its applications (A18) and refunds (A24–A26)."""
    if isinstance(document, Credit):
        yield from _wanted(document, "credit_note", "invoice", "allocation", "refund")


def of_vendors(document: Document) -> Iterator[Thing]:
    """A vendor credit (A20–A23), its applications (A22) and refunds (A27–A29)."""
    if isinstance(document, Credit):
        yield from _wanted(document, "vendor_credit", "bill", "vendor_allocation", "vendor_refund")


def _wanted(
    credit: Credit, entity: str, settles: str, allocation: str, refund: str
) -> Iterator[Thing]:
    owner = Ref(entity, credit.id)
    yield from trades.itself(credit, entity)
    for share in credit.shares or ():
        document = Ref(settles, share.document_id)
        number = share.id or f"{credit.id}-{share.document_id}"
        yield allocation_thing(allocation, number, share.amount, owner, document)
    for each in credit.refunds or ():
        content = money.content_of(
            each.date, each.amount, credit.currency_code, each.account_id, each.exchange_rate
        )
        yield Thing(f"{refund}:{each.id}", content, (owner,))


def silent(document: Document | None) -> frozenset[str]:
    """A credit that shows no list says nothing of it."""
    if not isinstance(document, Credit):
        return frozenset()
    lists = {
        "allocation": document.shares,
        "vendor_allocation": document.shares,
        "refund": document.refunds,
        "vendor_refund": document.refunds,
    }
    return frozenset(kind for kind, shown in lists.items() if shown is None)


def allocation_thing(kind: str, number: str, amount: Decimal, owner: Ref, document: Ref) -> Thing:
    """A credit set against a document."""
    return Thing(f"{kind}:{number}", {"amount": str(amount)}, (owner, document))


def allocate(case: Case, thing: Thing) -> Iterator[Command]:
    """Set the credit against the document."""
    credit, document = thing.homes
    yield ask(
        f"{thing.kind}.create",
        thing.key,
        thing.homes,
        lambda: allocation_body(
            str(credit), document, Decimal(thing.content["amount"]), _day(case, thing)
        ),
        needs=(str(credit), str(document)),
        expected={"amount": thing.content["amount"]},
    )


def take_off(_case: Case, thing: Thing) -> Iterator[Command]:
    """Take the credit off the document again."""
    credit = str(thing.owner)
    yield Command(f"{thing.kind}.delete", thing.key, thing.homes, {PARENT: link(credit)}, (credit,))


def allocate_anew(case: Case, thing: Thing) -> Iterator[Command]:
    """Take the credit off and set it again as it is now, as one change."""
    yield from take_off(case, thing)
    yield from allocate(case, thing)


def allocation_body(credit: str, document: Ref, amount: Decimal, day: date) -> Body:
    """Xero's allocation of a credit (its link key) to a document."""
    return {
        PARENT: link(credit),
        "Invoice": {"InvoiceID": link(str(document))},
        "Amount": whole_cents(amount),
        "Date": day.isoformat(),
    }


def _day(case: Case, thing: Thing) -> date:
    """The later of the two documents' days, as Xero has it (Xero: allocations)."""
    shown = [case.document, *(case.shown(home) for home in thing.homes)]
    return max(each.date for each in shown if isinstance(each, Dated))


def _plans(kind: str) -> Plans:
    return {
        f"{kind}.create": allocate,
        f"{kind}.update": allocate_anew,
        f"{kind}.remove": take_off,
    }


PLANS: Final[Plans] = {
    **trades.plans_of("credit_note"),
    **_plans("allocation"),
    **money.plans_of("refund"),
    **trades.plans_of("vendor_credit"),
    **_plans("vendor_allocation"),
    **money.plans_of("vendor_refund"),
}
