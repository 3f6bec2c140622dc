"""Payments as Xero has them: of an invoice or a bill, or refunds of credits. They never change."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from processors.cases import Case, Plans
from processors.plans.building import account, account_field, ask, currency_rate, whole_cents
from processors.things import Content, Thing
from schemas.commands import Body, Command, link
from schemas.documents import Dated
from schemas.words import Ref

# What a kind of payment settles: the kind of document, and where Xero wants its id.
TARGETS: Final[Mapping[str, tuple[str, str, str]]] = {
    "payment": ("Invoice", "InvoiceID", "ZI-PMT-"),
    "bill_payment": ("Invoice", "InvoiceID", "ZI-PMT-"),
    "refund": ("CreditNote", "CreditNoteID", "ZI-REF-"),
    "vendor_refund": ("CreditNote", "CreditNoteID", "ZI-REF-"),
}


def content_of(
    day: date, amount: Decimal, currency: str, account_id: str, rate: Decimal | None
) -> Content:
    """What matters to Xero of money that moved; what isn't shown is left out."""
    content = {
        "date": day.isoformat(),
        "amount": str(amount),
        "currency_code": currency,
        "account_id": account_id,
        "exchange_rate": str(rate) if rate else "",
    }
    return {name: value for name, value in content.items() if value}


def pay(case: Case, thing: Thing) -> Iterator[Command]:
    """Create the payment on what it settles, the last of its homes."""
    target = thing.homes[-1]
    yield ask(
        f"{thing.kind}.create",
        thing.key,
        thing.homes,
        lambda: _body(case, thing, target),
        needs=(str(target),),
        expected={"amount": thing.content["amount"]},
    )


def take_back(_case: Case, thing: Thing) -> Iterator[Command]:
    """Delete the payment."""
    yield Command(f"{thing.kind}.delete", thing.key, thing.homes, {"Status": "DELETED"})


def pay_anew(case: Case, thing: Thing) -> Iterator[Command]:
    """Delete the payment and create it as it is now, in this order, as one change."""
    yield from take_back(case, thing)
    yield from pay(case, thing)


def plans_of(kind: str) -> Plans:
    """The three plans of a kind of payment."""
    return {f"{kind}.create": pay, f"{kind}.update": pay_anew, f"{kind}.remove": take_back}


def _body(case: Case, thing: Thing, target: Ref) -> Body:
    element, id_field, reference = TARGETS[thing.kind]
    content = thing.content
    return {
        element: {id_field: link(str(target))},
        "Account": account_field(account(case.books, "bank", content.get("account_id", ""))),
        "Date": content["date"],
        "Amount": whole_cents(Decimal(content["amount"])),
        "CurrencyRate": currency_rate(
            _rate(case, thing), content.get("currency_code", ""), case.books
        ),
        "Reference": reference + thing.key.partition(":")[2],
    }


def _rate(case: Case, thing: Thing) -> Decimal | None:
    """The payment's own rate, else that of a document that it belongs to."""
    if "exchange_rate" in thing.content:
        return Decimal(thing.content["exchange_rate"])
    documents = (case.shown(home) for home in thing.homes)
    rates = (each.exchange_rate for each in documents if isinstance(each, Dated))
    return next((rate for rate in rates if rate), None)
