"""Reading Zoho's lists for a comparison: rows are thin, so are what we take of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from clients.zoho.errors import NoPermission, ZohoError
from clients.zoho.kinds import KINDS
from clients.zoho.lists import LARGEST_PAGE, every
from clients.zoho.session import ZohoSession
from processors.conditions import exported
from processors.drift.zoho_side import ZohoRow
from schemas.books import Books
from schemas.reading import Moment, Money, OptionalDay
from schemas.words import Ref

AWAY: Final = "Zoho can't be read ({}): what it last told the bridge was compared instead"
NO_BOOKS: Final = "Zoho's list of payments made can't be read ({}): its bills tell of them"
NUMBERS: Final = {
    "invoice": "invoice_number",
    "bill": "bill_number",
    "credit_note": "creditnote_number",
    "vendor_credit": "vendor_credit_number",
    "customer_payment": "payment_number",
    "vendor_payment": "payment_number",
}
UNUSED: Final = {"customer_payment": "unused_amount", "vendor_payment": "balance"}
_MONEY: Final = TypeAdapter(Money)
_DAY: Final = TypeAdapter(OptionalDay)
_MOMENT: Final = TypeAdapter(Moment)


@dataclass(slots=True)
class ZohoLists:
    """What Zoho's lists told: rows, the entities that were listed, and what could not be read."""

    rows: dict[Ref, ZohoRow] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()
    notes: list[str] = field(default_factory=list)
    calls: int = 0


def planned_calls(books: Books, known: Mapping[str, int]) -> int:
    """How many calls reading Zoho will take, as far as our own documents tell."""
    counts = (known.get(entity, 0) for entity in exported(books))
    return sum(max(1, ceil(count / LARGEST_PAGE)) for count in counts)


async def read_lists(session: ZohoSession, books: Books) -> ZohoLists:
    """Read the lists of all documents; what stands in the way becomes a note."""
    found = ZohoLists()
    try:
        for entity in exported(books):
            await _read(session, entity, found)
    except ZohoError as error:
        return ZohoLists(notes=[AWAY.format(error)], calls=found.calls)
    return found


async def _read(session: ZohoSession, entity: str, found: ZohoLists) -> None:
    # The last way of listing an entity is the one that every grant covers.
    kind, listing = KINDS[entity], KINDS[entity].listings[-1]
    count = 0
    try:
        async for row in every(session, listing.path, listing.rows, product=listing.product):
            read = _row(entity, str(row[kind.id_field]), row)
            found.rows[read.ref] = read
            count += 1
    except NoPermission as error:
        if listing.product != "books":
            raise
        found.notes.append(NO_BOOKS.format(error))
    else:
        found.listed |= {entity}
    found.calls += max(1, ceil(count / LARGEST_PAGE))


def _row(entity: str, zoho_id: str, row: Mapping[str, Any]) -> ZohoRow:
    payment = UNUSED.get(entity)
    money = _amount(row, "amount") - _amount(row, payment) if payment else _amount(row, "total")
    return ZohoRow(
        Ref(entity, zoho_id),
        str(row.get(NUMBERS[entity]) or ""),
        _day(row.get("date")),
        str(row.get("status") or ""),
        money,
        None if payment or "balance" not in row else _amount(row, "balance"),
        _MOMENT.validate_python(row.get("last_modified_time") or row.get("updated_time")),
    )


def _amount(row: Mapping[str, Any], name: str) -> Decimal:
    return _MONEY.validate_python(row.get(name))


def _day(value: object) -> date | None:
    try:
        return _DAY.validate_python(value)
    except ValidationError:
        return None
