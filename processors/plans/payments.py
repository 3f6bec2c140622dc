"""Payments received and made: one in Xero for each document that a payment in Zoho covers."""

from collections.abc import Iterator
from typing import Final

from processors.cases import Plans
from processors.plans import charges, money
from processors.things import Thing
from schemas.documents import Document, Payment
from schemas.words import Ref


def received(document: Document) -> Iterator[Thing]:
    """What a payment of a customer's wants held (A6, A7)."""
    if isinstance(document, Payment):
        yield from _wanted(document, Ref("customer_payment", document.id), "payment", "invoice")


def made(document: Document) -> Iterator[Thing]:
    """What a payment to a vendor wants held (A13, A7)."""
    if isinstance(document, Payment):
        yield from _wanted(document, Ref("vendor_payment", document.id), "bill_payment", "bill")


def _wanted(payment: Payment, owner: Ref, kind: str, settles: str) -> Iterator[Thing]:
    for share in payment.shares:
        content = money.content_of(
            payment.date,
            share.amount,
            payment.currency_code,
            payment.account_id,
            payment.exchange_rate,
        )
        yield Thing(f"{kind}:{share.id}", content, (owner, Ref(settles, share.document_id)))
    yield from charges.wanted(payment, owner)


def silent(document: Document | None) -> frozenset[str]:
    """A payment that shows no bank charges says nothing of them."""
    shown = not isinstance(document, Payment) or document.bank_charges is not None
    return frozenset() if shown else frozenset({"bank_charge"})


PLANS: Final[Plans] = {
    **money.plans_of("payment"),
    **money.plans_of("bill_payment"),
    **charges.PLANS,
}
