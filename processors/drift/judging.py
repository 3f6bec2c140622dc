"""What Xero was asked to hold, set against what it holds. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from processors.drift.holdings import DOCUMENTS, MONEY, Held, Holdings
from processors.drift.rows import Difference, Field
from processors.drift.xero_side import ENDED, LIVE, Row, XeroSide, amount, changed, contact_of, day
from processors.plans.contacts import name_of
from processors.things import Thing
from schemas.documents import Contact
from schemas.words import Ref

LIST_OF: Final = {
    "invoice": "Invoices",
    "bill": "Invoices",
    "credit_note": "CreditNotes",
    "vendor_credit": "CreditNotes",
    "write_off": "CreditNotes",
    **dict.fromkeys(MONEY, "Payments"),
    "bank_charge": "BankTransactions",
    "contact": "Contacts",
}
OPEN: Final = {"Invoices": "AmountDue", "CreditNotes": "RemainingCredit"}


@dataclass(frozen=True, slots=True)
class Sight:
    """How one thing was found: gone from Xero or not, what differs, and Xero's row."""

    thing: Thing
    gone: bool
    fields: tuple[Field, ...] = ()
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides."""

    ours: Holdings
    xero: XeroSide

    def row_of(self, thing: Thing) -> Row | None:
        """What Xero has for a thing, None where it has nothing or nothing that lives."""
        found = self.xero.row(LIST_OF[thing.kind], self.ours.links.get(thing.key))
        return None if found is None or found.get("Status") == "DELETED" else found


def judge(sides: Sides) -> Iterator[Difference]:
    """Yield every document that Xero doesn't hold as it was last asked to."""
    for held in sides.ours.documents.values():
        known = [thing for thing in held.things.values() if thing.kind in LOOKS]
        things = sorted(known, key=lambda thing: (thing.rank, thing.key))
        sights = [LOOKS[thing.kind](sides, held, thing) for thing in things]
        if found := _difference(sides.ours, held, [s for s in sights if s.gone or s.fields]):
            yield found


def _difference(ours: Holdings, held: Held, wrong: list[Sight]) -> Difference | None:
    if not wrong:
        return None
    main = [thing for thing in held.things.values() if is_main(thing)]
    gone = {sight.thing.key for sight in wrong if sight.gone}
    missing = bool(main) and gone.issuperset(thing.key for thing in main)
    shown = next((sight.row for sight in wrong if sight.row is not None), None)
    return Difference(
        "missing" if missing else "different",
        held.ref,
        held.number,
        tuple(field for sight in wrong for field in sight.fields),
        xero_id=next((ours.links.get(s.thing.key, "") for s in wrong), ""),
        keys=tuple(sight.thing.key for sight in wrong),
        changed_at=_stamp(shown),
    )


def is_main(thing: Thing) -> bool:
    """Whether a thing is what its document is: the document itself, or a payment's share."""
    return thing.key == str(thing.owner) or thing.kind in ("payment", "bill_payment")


def _stamp(row: Row | None) -> str:
    at = changed(row) if row is not None else None
    return at.isoformat() if at else ""


def _document(sides: Sides, held: Held, thing: Thing) -> Sight:
    row = sides.row_of(thing)
    content = thing.content
    if row is None:
        return Sight(thing, gone=True, fields=(Field("total", content["total"], ""),))
    if row.get("Status") not in LIVE:
        return _status(held, thing, row)
    name = LIST_OF[thing.kind]
    contact = sides.ours.links.get(f"contact:{content['contact_id']}")
    found = (
        _money("total", Decimal(content["total"]), amount(row, "Total")),
        _money("amount_due", held.open_amount, amount(row, OPEN[name])),
        _same("date", content["date"], day(row)),
        _contact(content["contact_id"], contact, row),
        _same("currency", content["currency_code"], row.get("CurrencyCode")),
    )
    return Sight(thing, gone=False, fields=tuple(filter(None, found)), row=row)


def _status(held: Held, thing: Thing, row: Row) -> Sight:
    field = Field("status", held.status or "open", str(row.get("Status")))
    return Sight(thing, gone=False, fields=(field,), row=row)


def _contact(zoho_id: str, wanted: str | None, row: Row) -> Field | None:
    shown = contact_of(row)
    if not wanted or not shown or wanted == shown:
        return None
    named: Any = row["Contact"]
    return Field("contact", f"contact:{zoho_id}", str(named.get("Name") or shown))


def _person(sides: Sides, _held: Held, thing: Thing) -> Sight:
    row = sides.row_of(thing)
    name = name_of(Contact.model_validate(thing.content))
    if row is None:
        return Sight(thing, gone=True, fields=(Field("name", name, ""),))
    status, shown = str(row.get("ContactStatus") or "ACTIVE"), str(row.get("Name") or "")
    fields = [Field("status", "active", status)] if status != "ACTIVE" else []
    if shown and shown.casefold() != name.casefold():
        fields.append(Field("name", name, shown))
    return Sight(thing, gone=False, fields=tuple(fields), row=row)


def _paid(sides: Sides, _held: Held, thing: Thing) -> Sight:
    row, content = sides.row_of(thing), thing.content
    if row is None:
        word = "amount" if is_main(thing) else thing.kind.removeprefix("vendor_")
        return Sight(thing, gone=True, fields=(Field(word, content["amount"], ""),))
    found = (
        _money("amount", Decimal(content["amount"]), amount(row, "Amount")),
        _same("date", content["date"], day(row)),
    )
    return Sight(thing, gone=False, fields=tuple(filter(None, found)), row=row)


def _charge(sides: Sides, _held: Held, thing: Thing) -> Sight:
    row, wanted = sides.row_of(thing), Decimal(thing.content["amount"])
    shown = None if row is None or row.get("Status") in ENDED else amount(row, "Total")
    return _part(thing, "bank_charge", wanted, shown, row)


def _write_off(sides: Sides, _held: Held, thing: Thing) -> Sight:
    row, wanted = sides.row_of(thing), Decimal(thing.content["amount"])
    live = row is not None and row.get("Status") not in ENDED
    left = (amount(row, "RemainingCredit") or Decimal(0)) if row is not None else Decimal(0)
    # What is not set against the invoice writes nothing off.
    shown = (amount(row, "Total") or Decimal(0)) - left if row is not None and live else None
    return _part(thing, "write_off", wanted, shown, row)


def _allocation(sides: Sides, _held: Held, thing: Thing) -> Sight:
    credit, document = thing.homes
    note = sides.xero.row("CreditNotes", sides.ours.links.get(str(credit)))
    if note is None or not isinstance(note.get("Allocations"), list):
        return Sight(thing, gone=False)  # the credit's own row says what there is to say
    row = _allocated(sides, note["Allocations"], thing, document)
    shown = None if row is None else amount(row, "Amount")
    return _part(thing, "allocation", Decimal(thing.content["amount"]), shown, note)


def _allocated(
    sides: Sides, rows: list[Mapping[str, Any]], thing: Thing, document: Ref
) -> Row | None:
    link, target = sides.ours.links.get(thing.key), sides.ours.links.get(str(document))
    live = [row for row in rows if not row.get("IsDeleted")]
    exact = [row for row in live if link and row.get("AllocationID") == link]
    alike = [row for row in live if (row.get("Invoice") or {}).get("InvoiceID") == target]
    return next(iter(exact or alike), None)


def _part(
    thing: Thing, word: str, wanted: Decimal, shown: Decimal | None, row: Row | None
) -> Sight:
    if shown is None:
        return Sight(thing, gone=True, fields=(Field(word, f"{wanted:f}", ""),), row=row)
    field = _money(word, wanted, shown)
    return Sight(thing, gone=False, fields=(field,) if field else (), row=row)


def _money(word: str, wanted: Decimal, shown: Decimal | None) -> Field | None:
    if shown is None or wanted == shown:
        return None
    return Field(word, f"{wanted:.2f}", f"{shown:.2f}")


def _same(word: str, wanted: str, shown: date | str | None) -> Field | None:
    text = shown.isoformat() if isinstance(shown, date) else str(shown or "")
    return Field(word, wanted, text) if wanted and text and wanted != text else None


LOOKS: Final[Mapping[str, Callable[[Sides, Held, Thing], Sight]]] = {
    **dict.fromkeys(DOCUMENTS, _document),
    **dict.fromkeys(MONEY, _paid),
    "allocation": _allocation,
    "vendor_allocation": _allocation,
    "write_off": _write_off,
    "bank_charge": _charge,
    "contact": _person,
}
