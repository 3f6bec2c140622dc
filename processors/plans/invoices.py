"""Invoices: what Xero should hold because of one (A2–A5)."""

from collections.abc import Iterator
from typing import Final

from processors.cases import Plans
from processors.plans import trades, write_offs
from processors.things import Thing
from schemas.documents import Document, Trade


def wanted(document: Document) -> Iterator[Thing]:
    """The invoice itself, and what is written off of it."""
    if isinstance(document, Trade):
        yield from trades.itself(document, "invoice")
        yield from write_offs.wanted(document)


def silent(document: Document | None) -> frozenset[str]:
    """An invoice lists neither payments nor credits: only that there are none tells which."""
    if not isinstance(document, Trade):
        return frozenset()
    sums = {"payment": document.payment_made, "allocation": document.credits_applied}
    kinds = {kind for kind, amount in sums.items() if amount != 0}
    return frozenset(kinds | ({"write_off"} if document.write_off_amount is None else set()))


PLANS: Final[Plans] = {
    **trades.plans_of("invoice"),
    **write_offs.PLANS,
}
