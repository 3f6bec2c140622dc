"""Invoices, bills, credit notes and vendor credits: one way to write them, four tables of names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from processors.cases import Case, Plans, is_void
from processors.plans.building import ask, currency_rate
from processors.plans.discounts import discount_of
from processors.plans.lines import Ledger, gross, line_items, rows_of
from processors.things import Content, Thing
from schemas.books import Books
from schemas.commands import Body, Command, link
from schemas.documents import Trade
from schemas.parts import Line
from schemas.words import Ref

NUMBER: Final = 255  # Xero: invoices, printable ASCII


@dataclass(frozen=True, slots=True)
class Form:
    """How one kind of document is written in Xero.

    `unique`: a number can't come twice. `due`: it has a due date.
    """

    type: str
    number_field: str
    unique: bool
    due: bool


FORMS: Final[Mapping[str, Form]] = {
    "invoice": Form("ACCREC", "InvoiceNumber", unique=True, due=True),
    "bill": Form("ACCPAY", "InvoiceNumber", unique=False, due=True),
    "credit_note": Form("ACCRECCREDIT", "CreditNoteNumber", unique=True, due=False),
    "vendor_credit": Form("ACCPAYCREDIT", "CreditNoteNumber", unique=False, due=False),
}
LINE_AMOUNTS: Final = {True: "Inclusive", False: "Exclusive"}

# What of a document and of its lines reaches Xero: only a change of these is written there.
HEADER: Final = {
    "number",
    "date",
    "due_date",
    "contact_id",
    "currency_code",
    "exchange_rate",
    "is_inclusive_tax",
    "is_discount_before_tax",
    "discount_type",
    "discount_total",
    "discount_amount",
    "shipping_charge",
    "shipping_charge_inclusive_of_tax",
    "shipping_charge_tax_id",
    "adjustment",
    "adjustment_description",
    "roundoff_value",
    "total",
}
LINE: Final = {"name", "description", "rate", "quantity", "tax_id", "account_id"}


def itself(trade: Trade, entity: str) -> Iterator[Thing]:
    """The document as a thing, unless it is void."""
    if not is_void(trade):
        ref = Ref(entity, trade.id)
        yield Thing(str(ref), _content(trade), (ref,))


def _content(trade: Trade) -> Content:
    lines = [_line(line, trade.price_precision) for line in trade.line_items]
    return {**trade.model_dump(mode="json", include=HEADER), "line_items": lines}


def _line(line: Line, decimals: int) -> Content:
    # The discount as an amount: Zoho writes one and the same now as 10.00%, now as a number.
    discount = discount_of(line, gross(line, decimals)).normalize()
    return {**line.model_dump(mode="json", include=LINE), "discount": f"{discount:f}"}


def put(case: Case, thing: Thing) -> Iterator[Command]:
    """Write the whole document, created or updated, authorised."""
    trade = case.trade
    if trade is None:
        raise TypeError(f"{case.ref} is no document with lines")
    form = FORMS[thing.kind]
    number = free_number(case, thing, trade.number, unique=form.unique)
    yield ask(
        f"{thing.kind}.put",
        thing.key,
        (case.ref,),
        lambda: {
            "Type": form.type,
            form.number_field: number,
            **header(trade, case.books, trade.date),
            **({"DueDate": (trade.due_date or trade.date).isoformat()} if form.due else {}),
            "LineAmountTypes": LINE_AMOUNTS[trade.is_inclusive_tax],
            "LineItems": line_items(rows_of(trade, Ledger(case.books, case.side))),
        },
        needs=(f"contact:{trade.contact_id}",),
        expected={"total": f"{trade.total:f}", "currency": trade.currency_code, "number": number},
    )


def void(case: Case, thing: Thing) -> Iterator[Command]:
    """End the document in Xero: it stays there, void."""
    yield Command(f"{thing.kind}.void", thing.key, (case.ref,), {"Status": "VOIDED"})


def free_number(case: Case, thing: Thing, number: str, *, unique: bool) -> str:
    """The document's number, with a suffix where Xero keeps it for a voided one (A4)."""
    number = number[:NUMBER]
    taken = case.buried.get(thing.key, frozenset()) if unique else frozenset()
    count = 1
    while (free := number if count == 1 else f"{number}-{count}") in taken:
        count += 1
    return free


def header(trade: Trade, books: Books, day: date) -> Body:
    """What every document of Xero's begins with; UnbuildableError for a rate it can't hold."""
    currency = {"CurrencyCode": trade.currency_code} if trade.currency_code else {}
    return {
        "Contact": {"ContactID": link(f"contact:{trade.contact_id}")},
        "Date": day.isoformat(),
        **currency,
        "CurrencyRate": currency_rate(trade.exchange_rate, trade.currency_code, books),
        "Status": "AUTHORISED",
    }


def plans_of(kind: str) -> Plans:
    """The three plans of a kind of document."""
    return {f"{kind}.create": put, f"{kind}.update": put, f"{kind}.remove": void}
