"""What Zoho lists, set against what the bridge has heard of. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from processors.conditions import DRAFTS, SWITCHES
from processors.drift.holdings import DOCUMENTS, Held
from processors.drift.judging import LIST_OF, OPEN, Sides, is_main
from processors.drift.rows import Difference, Field
from processors.drift.xero_side import LIVE, amount, day
from processors.things import Thing
from schemas.books import Books
from schemas.words import ENTITIES, Ref

# Where credits of a side are not exported, what is open differs by rule.
CREDITS: Final = {
    "invoice": "credit_notes",
    "credit_note": "credit_notes",
    "bill": "debit_notes",
    "vendor_credit": "debit_notes",
}
NOT_LIVE: Final = (*DRAFTS, "void")
UNHEARD: Final = "Zoho has it, and nothing has told the bridge of it yet: the sweep will"
CHANGED: Final = "it was changed in Zoho, and nothing has told the bridge of it yet: the sweep will"
VOID: Final = "it was voided in Zoho, and nothing has told the bridge of it yet: the sweep will"
DELETED: Final = "it was deleted in Zoho, and nothing has told the bridge of it yet: the sweep will"


@dataclass(frozen=True, slots=True)
class ZohoRow:
    """A document as a list of Zoho's shows it; amounts in its own currency.

    `amount` is a document's total, or what of a payment is applied; `balance` what is open.
    """

    ref: Ref
    number: str = ""
    day: date | None = None
    status: str = ""
    amount: Decimal = Decimal(0)
    balance: Decimal | None = None
    modified_at: datetime | None = None


def unheard(
    sides: Sides, rows: Mapping[Ref, ZohoRow], listed: frozenset[str], books: Books
) -> Iterator[Difference]:
    """Yield what Zoho's lists say beyond what the bridge knows.

    `listed` are the entities whose lists could be read; of others only what is known counts.
    """
    for row in rows.values():
        held = sides.ours.documents.get(row.ref)
        if held is None:
            yield from _unknown(row, books)
        elif not _is_told(held):
            yield from _untold(held, row, books)
        elif _is_newer(row, held):
            yield from _changed(sides, held, row, books)
    for held in sides.ours.documents.values():
        if held.ref in rows or held.deleted or held.ref.entity == "contact":
            continue
        if not _is_told(held):
            yield from () if held.ref.entity in listed else _known(held)
        elif held.ref.entity in listed:
            yield _extra(sides, held, DELETED)


def numbers(sides: Sides, rows: Mapping[Ref, ZohoRow]) -> frozenset[str]:
    """The numbers of documents that only Zoho's lists tell of."""
    return frozenset(
        row.number
        for row in rows.values()
        if row.ref.entity in DOCUMENTS and row.ref not in sides.ours.documents
    )


def _is_told(held: Held) -> bool:
    return any(is_main(thing) for thing in held.things.values())


def _is_newer(row: ZohoRow, held: Held) -> bool:
    known = held.modified_at
    return row.modified_at is not None and known is not None and row.modified_at > known


def _exports(row: ZohoRow, books: Books) -> bool:
    """Whether a rule that needs no more than a row lets the document through."""
    switch = SWITCHES.get(row.ref.entity)
    if switch not in books.exports or row.status in NOT_LIVE:
        return False
    if row.ref.entity not in DOCUMENTS and not row.amount:
        return False  # nothing of the payment is applied
    return row.day is None or row.day >= books.cutover


def _unknown(row: ZohoRow, books: Books) -> Iterator[Difference]:
    if _exports(row, books):
        yield _missing(row.ref, row.number, row.amount, UNHEARD)


def _untold(held: Held, row: ZohoRow, books: Books) -> Iterator[Difference]:
    if not _exports(row, books):
        return
    if _is_newer(row, held):
        yield _missing(row.ref, row.number, row.amount, CHANGED)
    else:
        yield from _known(held)


def _known(held: Held) -> Iterator[Difference]:
    """A document that Xero was not asked to hold: a difference only if it waits or is parked."""
    if held.ref.entity in ENTITIES and held.status not in NOT_LIVE:
        yield Difference("missing", held.ref, held.number, certain=False)


def _missing(ref: Ref, number: str, money: Decimal, reason: str) -> Difference:
    return Difference("missing", ref, number, (Field("total", f"{money:.2f}", ""),), reason=reason)


def _extra(sides: Sides, held: Held, reason: str) -> Difference:
    keys = tuple(key for key, thing in held.things.items() if is_main(thing))
    xero_id = next((link for key in keys if (link := sides.ours.links.get(key))), "")
    return Difference("extra", held.ref, held.number, xero_id=xero_id, keys=keys, reason=reason)


def _changed(sides: Sides, held: Held, row: ZohoRow, books: Books) -> Iterator[Difference]:
    if row.status == "void":
        yield _extra(sides, held, VOID)
        return
    root = held.root
    fields = tuple(_of_trade(sides, held, root, row, books) if root else _of_payment(held, row))
    if fields:
        yield Difference(
            "different",
            held.ref,
            held.number,
            fields,
            sides.ours.links.get(str(held.ref), ""),
            keys=(str(held.ref),),
            reason=CHANGED,
        )


def _of_payment(held: Held, row: ZohoRow) -> Iterator[Field]:
    told = (Decimal(t.content["amount"]) for t in held.things.values() if is_main(t))
    if (known := sum(told, Decimal(0))) != row.amount:
        yield Field("amount", f"{row.amount:.2f}", f"{known:.2f}")


def _of_trade(sides: Sides, held: Held, root: Thing, row: ZohoRow, books: Books) -> Iterator[Field]:
    """What is other than the bridge has heard, and other than Xero has it.

    What it has heard and a rule withholds is no difference, though Xero has it otherwise.
    """
    shown = sides.row_of(root)
    if shown is None or shown.get("Status") not in LIVE:
        return  # that is said already
    yield from _sum("total", row.amount, held.total, amount(shown, "Total"))
    if CREDITS[held.ref.entity] in books.exports:
        open_there = amount(shown, OPEN[LIST_OF[root.kind]])
        yield from _sum("amount_due", row.balance, held.balance, open_there)
    if row.day not in (None, held.day) and (on := day(shown)) not in (None, row.day):
        yield Field("date", str(row.day), str(on))


def _sum(
    word: str, zoho: Decimal | None, heard: Decimal | None, xero: Decimal | None
) -> Iterator[Field]:
    if None not in (zoho, xero) and zoho not in (heard, xero):
        yield Field(word, f"{zoho:.2f}", f"{xero:.2f}")
