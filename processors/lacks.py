"""What a version mentions and does not show, so that Zoho should be asked before it is decided."""

from collections.abc import Collection, Iterator
from typing import Final

from processors.cases import VOID
from processors.conditions import DRAFTS, SWITCHES
from processors.things import Told
from schemas.books import Books
from schemas.documents import Bill, Credit, Dated, Document, Payment, Trade
from schemas.words import Ref

# What a payment or a credit is set against.
SETTLED: Final = {
    "customer_payment": "invoice",
    "credit_note": "invoice",
    "vendor_payment": "bill",
    "vendor_credit": "bill",
}


def hidden(document: Document | None, told: Told) -> Iterator[str]:
    """Name the lists that a version leaves out though its sums say that they are not empty.

    A bill's list is not missed where its payments or credits have told of themselves.
    """
    known = {thing.kind for thing in told.values()}
    if isinstance(document, Credit):
        if document.shares is None and document.total_credits_used:
            yield "what it is applied to"
        if document.refunds is None and document.total_refunded_amount:
            yield "its refunds"
    if isinstance(document, Bill):
        if document.payments is None and document.payment_made and "bill_payment" not in known:
            yield "its payments"
        unseen = document.credits is None and document.credits_applied
        if unseen and "vendor_allocation" not in known:
            yield "the vendor credits set against it"


def refunds_lack_accounts(document: Document | None, settled: Collection[str]) -> bool:
    """Whether a refund does not show its account, and is none of the `settled` (ids)."""
    refunds = document.refunds if isinstance(document, Credit) else ()
    return any(not each.account_id and each.id not in settled for each in refunds or ())


def leans_on(ref: Ref, document: Document | None, books: Books) -> Iterator[Ref]:
    """Name the documents that an export of this version needs: its contact, what it settles.

    None for a version that is not exported anyway.
    """
    if not isinstance(document, Dated) or _stays_home(ref, document, books):
        return
    yield Ref("contact", document.contact_id)
    for share in document.shares or () if isinstance(document, Payment | Credit) else ():
        if share.document_day is None or share.document_day >= books.cutover:
            yield Ref(SETTLED[ref.entity], share.document_id)


def _stays_home(ref: Ref, document: Dated, books: Books) -> bool:
    unexported = isinstance(document, Trade) and document.status in (*DRAFTS, VOID)
    return unexported or document.date < books.cutover or SWITCHES[ref.entity] not in books.exports
