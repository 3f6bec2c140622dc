"""What Xero holds and nothing in Zoho asks for, by our links, our marks, or its number. Pure."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from processors.drift.holdings import DOCUMENTS
from processors.drift.judging import LIST_OF, Sides
from processors.drift.rows import Difference, Field
from processors.drift.xero_side import LIVE, Row, amount, changed, contact_of, day
from schemas.words import Ref

# What the bridge writes on money: the share's or refund's id, or the payment's of a bank charge.
OUR_MONEY: Final = re.compile(r"ZI-(?:PMT|REF)-(.+?)( fee)?")
# By Xero's kinds of payments: the kind of thing, and of the document that it belongs to.
PAYMENTS: Final = {
    "ACCRECPAYMENT": ("payment", "customer_payment"),
    "ACCPAYPAYMENT": ("bill_payment", "vendor_payment"),
    "ARCREDITPAYMENT": ("refund", "credit_note"),
    "APCREDITPAYMENT": ("vendor_refund", "vendor_credit"),
}
TRADES: Final = {
    "ACCREC": "invoice",
    "ACCPAY": "bill",
    "ACCRECCREDIT": "credit_note",
    "ACCPAYCREDIT": "vendor_credit",
}
SALES: Final = ("ACCREC", "ACCRECCREDIT")
TWICE: Final = "Xero holds it twice: the bridge knows of the other one"
LEFT: Final = "Zoho holds it no more, or never asked for it"
STRANGER: Final = "it was entered in Xero, and Zoho has no document of this number"


def extras(
    sides: Sides, cutover: date, numbers: frozenset[str] = frozenset()
) -> Iterator[Difference]:
    """Yield what is too much in Xero.

    `numbers` are those of documents in Zoho that the bridge doesn't know. Of what others entered
    only sales documents count: bills for rent and the like have their place in Xero alone.
    """
    known = numbers | sides.ours.numbers
    yield from _left(sides)
    for name, number in (("Invoices", "InvoiceNumber"), ("CreditNotes", "CreditNoteNumber")):
        for row in _unlinked(sides, name):
            yield from _trade(sides, row, str(row.get(number) or ""), cutover, known)
    for row in _unlinked(sides, "Payments"):
        yield from _payment(sides, row)
    for row in _unlinked(sides, "BankTransactions"):
        yield from _charge(sides, row)


def _left(sides: Sides) -> Iterator[Difference]:
    """What was made once and is asked for no more, by our links; contacts stay for good."""
    for key, xero_id in sides.ours.links.items():
        kind, _, number = key.partition(":")
        if kind == "contact" or kind not in LIST_OF or key in sides.ours.things:
            continue
        row = sides.xero.row(LIST_OF[kind], xero_id)
        if row is not None and row.get("Status") in LIVE:
            ref = Ref(kind, number) if kind in DOCUMENTS else _owner(sides, kind, number)
            name = sides.ours.number_of(ref) or _named(row)
            yield _extra(ref, name, row, LEFT, xero_id, key)


def _owner(sides: Sides, kind: str, number: str) -> Ref:
    thing = sides.ours.things.get(f"{kind}:{number}")
    if thing is not None:
        return thing.owner
    owners = {"write_off": "invoice", "bank_charge": "customer_payment"}
    entity = owners.get(kind) or next((e for k, e in PAYMENTS.values() if k == kind), kind)
    return Ref(entity, number if kind in owners else "")


def _unlinked(sides: Sides, name: str) -> Iterator[Row]:
    for xero_id, row in sides.xero.lists[name].items():
        if xero_id not in sides.ours.by_xero_id and row.get("Status") in LIVE:
            yield row


def _trade(
    sides: Sides, row: Row, number: str, cutover: date, known: frozenset[str]
) -> Iterator[Difference]:
    kind, on = str(row.get("Type")), day(row)
    entity = TRADES.get(kind)
    if entity is None or (on is not None and on < cutover):
        return
    twin = _twin(sides, entity, number, row)
    if twin is not None:
        yield _extra(twin, number, row, TWICE)
    elif kind in SALES and number not in known:
        yield _extra(Ref(entity, ""), number, row, STRANGER)


def _twin(sides: Sides, entity: str, number: str, row: Row) -> Ref | None:
    """The document of ours that Xero holds a second time, by number and contact."""
    for held in sides.ours.by_number.get((entity, number), ()):
        root = held.root
        if root is None or str(held.ref) not in sides.ours.links:
            continue
        if sides.ours.links.get(f"contact:{root.content['contact_id']}") == contact_of(row):
            return held.ref
    return None


def _payment(sides: Sides, row: Row) -> Iterator[Difference]:
    mark = OUR_MONEY.fullmatch(str(row.get("Reference") or ""))
    if mark is None:
        return
    kind, entity = PAYMENTS.get(str(row.get("PaymentType")), ("payment", "customer_payment"))
    thing = sides.ours.things.get(f"{kind}:{mark[1]}")
    ref = thing.owner if thing else Ref(entity, "")
    name = sides.ours.number_of(ref) or mark[0]
    yield _extra(ref, name, row, TWICE if thing else LEFT)


def _charge(sides: Sides, row: Row) -> Iterator[Difference]:
    mark = OUR_MONEY.fullmatch(str(row.get("Reference") or ""))
    if mark is None or not mark[2]:
        return
    thing = sides.ours.things.get(f"bank_charge:{mark[1]}")
    ref = thing.owner if thing else Ref("customer_payment", mark[1])
    yield _extra(ref, sides.ours.number_of(ref) or mark[0], row, TWICE if thing else LEFT)


def _extra(
    ref: Ref, number: str, row: Row, reason: str, xero_id: str = "", key: str = ""
) -> Difference:
    money = amount(row, "Total" if "Total" in row else "Amount")
    at = changed(row)
    ids = (row.get(f"{name}ID") for name in ("Invoice", "CreditNote", "Payment", "BankTransaction"))
    return Difference(
        "extra",
        ref,
        number,
        (Field("total", "", f"{money:.2f}"),) if money is not None else (),
        xero_id or str(next(filter(None, ids), "")),
        keys=(key,) if key else (),
        changed_at=at.isoformat() if at else "",
        reason=reason,
    )


def _named(row: Row) -> str:
    names = ("InvoiceNumber", "CreditNoteNumber", "Reference")
    return str(next(filter(None, (row.get(name) for name in names)), ""))
