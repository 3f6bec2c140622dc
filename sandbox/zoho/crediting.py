"""Payments and credits on documents: listed, applied, taken off, from either side."""

from collections.abc import Mapping
from functools import partial

from sandbox.zoho.call import Answer, Call, Endpoint, books, both
from sandbox.zoho.documents import Payment, Trade
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import (
    BILL,
    CREDIT_NOTE,
    CREDITS,
    CUSTOMER_PAYMENT,
    INVOICE,
    PAYMENTS,
    VENDOR_CREDIT,
    VENDOR_PAYMENT,
    Kind,
    Settlement,
)
from sandbox.zoho.linking import Part, apply, open_target, share
from sandbox.zoho.links import Link
from sandbox.zoho.reading import needed, rows
from sandbox.zoho.refusals import missing, required
from sandbox.zoho.shapes.kinds import (
    bill_credited,
    bill_payment,
    invoice_credit,
    invoice_credited,
    invoice_payment,
)
from sandbox.zoho.trades import found
from sandbox.zoho.unlinking import unlink

# What may be set against a document by its own `/credits` call: field of the body, and kind.
_APPLIED: Mapping[Kind, Mapping[str, Kind]] = {
    INVOICE: {"invoice_payments": CUSTOMER_PAYMENT, "apply_creditnotes": CREDIT_NOTE},
    BILL: {"bill_payments": VENDOR_PAYMENT, "apply_vendor_credits": VENDOR_CREDIT},
}


def _apply_to(kind: Kind, call: Call) -> Answer:
    """Set unused payments and credits against one document."""
    parts = []
    for field, source_kind in _APPLIED[kind].items():
        settlement = (PAYMENTS | CREDITS)[source_kind]
        for row in rows(call.body, field):
            target = open_target(call.org, settlement, call.path["id"])
            part = share(call.org, target, row)
            parts.append(Part(_source(call, source_kind, row), target, part))
    if not parts:
        raise required(next(iter(_APPLIED[kind])))
    apply(call, parts)
    return call.answer(f"Credits have been applied to the {kind.title.lower()}.")


def _source(call: Call, kind: Kind, row: Record) -> Payment | Trade:
    shelf = call.org.payments(kind) if kind in PAYMENTS else call.org.trades(kind)
    source = shelf.get(needed(row, kind.key))
    if source is None:
        raise missing(kind.title)
    return source


def _apply_from(kind: Kind, call: Call) -> Answer:
    """Set one credit against documents."""
    settlement, credit = CREDITS[kind], found(call, kind)
    field = settlement.target.rows
    entered = rows(call.body, field)
    if not entered:
        raise required(field)
    parts = [_part(call, settlement, credit, row) for row in entered]
    made = [_shown_by_credit(call, kind, link) for link in apply(call, parts)]
    return call.answer("Credits have been applied.", **{field: made})


def _part(call: Call, settlement: Settlement, credit: Trade, row: Record) -> Part:
    target = open_target(call.org, settlement, needed(row, settlement.target.key))
    return Part(credit, target, share(call.org, target, row))


def _shown_by_credit(call: Call, kind: Kind, link: Link) -> Record:
    shape = invoice_credited if kind is CREDIT_NOTE else bill_credited
    return shape(call.org, link)


def _applied_from(kind: Kind, call: Call) -> Answer:
    links = call.org.credits.of_source(found(call, kind).id)
    shown = [_shown_by_credit(call, kind, each) for each in links]
    return call.answer("success", **{CREDITS[kind].rows: shown})


def _take_off_credit(kind: Kind, call: Call) -> Answer:
    """Take one applied credit off, by the credit's address."""
    credit, link = found(call, kind), call.org.credits.get(call.path["link_id"])
    unlink(call, kind, link if link and link.source == credit.id else None)
    return call.answer("The applied credit has been removed.")


def _take_off(target_kind: Kind, kind: Kind, call: Call) -> Answer:
    """Take one payment's share or one credit off, by the document's address."""
    target = found(call, target_kind)
    links = call.org.shares if kind in PAYMENTS else call.org.credits
    link = links.get(call.path["link_id"])
    unlink(call, kind, link if link and link.target == target.id else None)
    return call.answer(f"The {kind.title.lower()} has been removed.")


def _invoice_payments(call: Call) -> Answer:
    links = call.org.shares.of_target(found(call, INVOICE).id)
    return call.answer("success", payments=[invoice_payment(call.org, each) for each in links])


def _invoice_credits(call: Call) -> Answer:
    links = call.org.credits.of_target(found(call, INVOICE).id)
    return call.answer("success", credits=[invoice_credit(call.org, each) for each in links])


def _bill_payments(call: Call) -> Answer:
    links = call.org.shares.of_target(found(call, BILL).id)
    return call.answer("success", payments=[bill_payment(call.org, each) for each in links])


def _of_invoices() -> list[Endpoint]:
    one, paid, credit = "/invoices/{id}", "payments/{link_id}", "creditsapplied/{link_id}"
    unpay = partial(_take_off, INVOICE, CUSTOMER_PAYMENT)
    uncredit = partial(_take_off, INVOICE, CREDIT_NOTE)
    return [
        *both("GET", f"{one}/payments", "invoices.READ", _invoice_payments),
        *both("GET", f"{one}/creditsapplied", "invoices.READ", _invoice_credits),
        *both("POST", f"{one}/credits", "invoices.CREATE", partial(_apply_to, INVOICE)),
        *both("DELETE", f"{one}/{paid}", "invoices.DELETE", unpay),
        *both("DELETE", f"{one}/{credit}", "invoices.DELETE", uncredit),
    ]


def _of_bills() -> list[Endpoint]:
    one, paid, credit = "/bills/{id}", "payments/{link_id}", "vendorcredits/{link_id}"
    unpay, uncredit = (partial(_take_off, BILL, kind) for kind in (VENDOR_PAYMENT, VENDOR_CREDIT))
    return [
        books("GET", f"{one}/payments", "bills.READ", _bill_payments),
        books("POST", f"{one}/credits", "bills.CREATE", partial(_apply_to, BILL)),
        books("DELETE", f"{one}/{paid}", "bills.DELETE", unpay),
        books("DELETE", f"{one}/{credit}", "bills.DELETE", uncredit),
    ]


def _of_credits(kind: Kind) -> list[Endpoint]:
    several = f"/{kind.path}/{{id}}/{CREDITS[kind].target.path}"
    one, scope = f"{several}/{{link_id}}", kind.scope
    return [
        *both("GET", several, f"{scope}.READ", partial(_applied_from, kind)),
        *both("POST", several, f"{scope}.CREATE", partial(_apply_from, kind)),
        *both("DELETE", one, f"{scope}.DELETE", partial(_take_off_credit, kind)),
    ]


ENDPOINTS: tuple[Endpoint, ...] = (
    *_of_invoices(),
    *_of_bills(),
    *_of_credits(CREDIT_NOTE),
    *_of_credits(VENDOR_CREDIT),
)
