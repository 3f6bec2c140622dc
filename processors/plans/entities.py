"""What each kind of document wants held in Xero, and the plan for each action: tables."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from processors.cases import Case, Plans
from processors.plans import bills, contacts, credit_notes, invoices, payments, write_offs
from processors.things import Thing
from schemas.documents import Document

WANTED: Final[Mapping[str, Callable[[Document], Iterator[Thing]]]] = {
    "contact": contacts.wanted,
    "invoice": invoices.wanted,
    "customer_payment": payments.received,
    "bill": bills.wanted,
    "vendor_payment": payments.made,
    "credit_note": credit_notes.of_customers,
    "vendor_credit": credit_notes.of_vendors,
}
# Kinds that a version says nothing about though they hang on the document.
SILENT: Final[Mapping[str, Callable[[Document | None], frozenset[str]]]] = {
    "invoice": invoices.silent,
    "customer_payment": payments.silent,
    "bill": bills.silent,
    "vendor_payment": payments.silent,
    "credit_note": credit_notes.silent,
    "vendor_credit": credit_notes.silent,
}
# The kind of thing that a document is or is made of: its rows speak for the document as a whole.
MAIN_KINDS: Final[Mapping[str, str]] = {
    "contact": "contact",
    "invoice": "invoice",
    "customer_payment": "payment",
    "bill": "bill",
    "vendor_payment": "bill_payment",
    "credit_note": "credit_note",
    "vendor_credit": "vendor_credit",
}
PLANS: Final[Plans] = {
    **contacts.PLANS,
    **invoices.PLANS,
    **payments.PLANS,
    **bills.PLANS,
    **credit_notes.PLANS,
}
# How things are taken off and put back around a change of what they are set against.
ASIDE: Final[Plans] = {**PLANS, **write_offs.ASIDE}


def wanted(case: Case) -> dict[str, Thing]:
    """What Xero should hold for a case's version, by link key; nothing for one that is gone."""
    if case.is_gone or case.version is None:
        return {}
    things = WANTED[case.ref.entity](case.version)
    return {thing.key: replace(thing, at=case.at) for thing in things}


def silent(case: Case) -> frozenset[str]:
    """The kinds of things that a case's version says nothing about."""
    says = SILENT.get(case.ref.entity)
    return frozenset() if case.is_gone or says is None else says(case.version)
