"""What withholds an action: named conditions, each with the sentence that people read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from processors.cases import Case, local_day
from processors.things import Thing
from schemas.books import Books
from schemas.documents import Bill, Credit, Dated, Document, Payment
from schemas.reading import Reading

Test = Callable[[Case, Thing], bool]

NOUNS: Final = {
    "contact": "contact",
    "invoice": "invoice",
    "customer_payment": "payment",
    "bill": "bill",
    "vendor_payment": "payment",
    "credit_note": "credit note",
    "vendor_credit": "vendor credit",
}
# Which switch of the connection governs a document's export (C4, C5).
SWITCHES: Final = {
    "invoice": "invoices_and_payments",
    "customer_payment": "invoices_and_payments",
    "credit_note": "credit_notes",
    "bill": "bills_and_payments",
    "vendor_payment": "bills_and_payments",
    "vendor_credit": "debit_notes",
}
DRAFTS: Final = ("draft", "pending_approval", "rejected")
PAYMENTS: Final = ("payment", "bill_payment")
WRITE_OFFS: Final = ("write_off",)
ALLOCATIONS: Final = ("allocation", "vendor_allocation")


@dataclass(frozen=True, slots=True)
class Condition:
    """A restriction: `code` names it in metrics, `sentence` says it, `holds` tests it.

    The sentence may name `{noun}`, the document in people's words, and `{cutover}`.
    """

    code: str
    sentence: str
    holds: Test

    def reason(self, case: Case) -> str:
        """The sentence, filled in for a case."""
        noun = NOUNS[case.ref.entity]
        return self.sentence.format(noun=noun, cutover=case.books.cutover)


def because(sentence: str) -> Callable[[Test], Condition]:
    """Make a condition of a test that is named after it."""
    return lambda test: Condition(getattr(test, "__name__", ""), sentence, test)


@because("Export of such documents is switched off for this connection.")
def export_is_off(case: Case, thing: Thing) -> bool:
    """The connection's switch for the thing's owner (C4, C5)."""
    return SWITCHES[thing.owner.entity] not in case.books.exports


@because(
    "The {noun}, or a document that it belongs to, is dated or was created before the cut-over,"
    " {cutover}."
)
def is_before_cutover(case: Case, thing: Thing) -> bool:
    """What Xero's books already held when the connection was made is left alone (C12)."""
    return any(day < case.books.cutover for day in _days(case, thing))


@because("The {noun} is a draft or waits for approval.")
def is_draft(case: Case, _thing: Thing) -> bool:
    """Also when it was exported and became a draft again: Xero keeps what it has."""
    return case.trade is not None and case.trade.status in DRAFTS


@because("The {noun} has payments: Xero changes nothing that is paid, not even in part.")
def has_payments(case: Case, _thing: Thing) -> bool:
    """Paid in part or wholly, in Zoho."""
    trade = case.trade
    rows = trade.payments if isinstance(trade, Bill) else None
    return trade is not None and _has(case, PAYMENTS, trade.payment_made, rows)


@because("Credits are applied to the {noun}.")
def has_credits(case: Case, _thing: Thing) -> bool:
    """Credit notes or vendor credits are set against it, in Zoho."""
    trade = case.trade
    rows = trade.credits if isinstance(trade, Bill) else None
    return trade is not None and _has(case, ALLOCATIONS, trade.credits_applied, rows)


@because("The {noun} is written off.")
def is_written_off(case: Case, _thing: Thing) -> bool:
    """Wholly or in part, in Zoho."""
    trade = case.trade
    return trade is not None and _has(case, WRITE_OFFS, trade.write_off_amount)


@because("The {noun} is still applied: take its credits off in Zoho first.")
def is_applied(case: Case, _thing: Thing) -> bool:
    """Set against documents, on a side where taking credits off is left to people (A19, G1)."""
    credit = case.document
    if not isinstance(credit, Credit) or case.side in case.books.take_off_credits:
        return False
    return _has(case, ALLOCATIONS, credit.total_credits_used, credit.shares)


@because("No exported document names the contact yet.")
def is_unused(case: Case, _thing: Thing) -> bool:
    """Contacts reach Xero with the first document that uses them."""
    return not case.own.used


@because("A contact that was used stays in Xero: its documents need it.")
def is_kept(_case: Case, _thing: Thing) -> bool:
    """Zoho's deletions of contacts end here."""
    return True


def exported(books: Books) -> list[str]:
    """The entities whose export is switched on, contacts aside: they come with what names them."""
    return [entity for entity, switch in SWITCHES.items() if switch in books.exports]


def _has(
    case: Case,
    kinds: Sequence[str],
    total: Decimal | None,
    rows: Sequence[Reading] | None = None,
) -> bool:
    """Whether things of these kinds hang on a document, by the sum and the list it shows.

    Where it shows neither, and where a deletion shows an id only, by what others have told of it.
    """
    if (total or 0) > 0 or rows:
        return True
    says = case.version is not None and not (total is None and rows is None)
    return not says and any(thing.kind in kinds for thing in case.told.values())


def _days(case: Case, thing: Thing) -> list[date]:
    documents = [case.document, *(case.about(home).document for home in thing.homes)]
    days = [day for document in documents for day in _days_of(case, document)]
    if "date" in thing.content:
        days.append(date.fromisoformat(thing.content["date"]))
    # A document that nobody told of is known by what the payment or credit says of it.
    homes = {home.zoho_id for home in thing.homes}
    shares = case.document.shares if isinstance(case.document, Payment | Credit) else ()
    named = [share.document_day for share in shares or () if share.document_id in homes]
    return days + [day for day in named if day is not None]


def _days_of(case: Case, document: Document | None) -> list[date]:
    if not isinstance(document, Dated):
        return []
    created = document.created_time
    return [document.date] + ([local_day(created, case.books)] if created else [])
