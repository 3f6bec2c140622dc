"""What is applied to a document (payments, allocations), and what that leaves of it."""

from decimal import Decimal

from sandbox.xero.answer import Record
from sandbox.xero.organisation import Organisation

NOTHING = Decimal("0.00")


def payments_of(org: Organisation, document_id: str) -> list[Record]:
    """Return the live payments of an invoice, or the live refunds of a credit note."""
    found = org.books.payments.find("target", document_id)
    return [payment for payment in found if payment["Status"] == "AUTHORISED"]


def invoice(org: Organisation, document: Record) -> Record:
    """Return the invoice with AmountPaid, AmountCredited, AmountDue and the status they make."""
    payments = payments_of(org, document["InvoiceID"])
    credits_ = org.books.allocations.find("invoice", document["InvoiceID"])
    paid, credited = _sum(payments), _sum(credits_)
    due = document["Total"] - paid - credited if _is_live(document) else NOTHING
    amounts = {"AmountPaid": paid, "AmountCredited": credited, "AmountDue": due}
    return _moved({**document, **amounts}, due, [*payments, *credits_])


def credit_note(org: Organisation, document: Record) -> Record:
    """Return the credit note with AppliedAmount, RemainingCredit and the status they make."""
    refunds = payments_of(org, document["CreditNoteID"])
    allocations = org.books.allocations.find("credit_note", document["CreditNoteID"])
    applied = _sum([*refunds, *allocations])
    left = document["Total"] - applied if _is_live(document) else NOTHING
    amounts = {"AppliedAmount": applied, "RemainingCredit": left}
    return _moved({**document, **amounts}, left, [*refunds, *allocations])


def _sum(parts: list[Record]) -> Decimal:
    return sum((part["Amount"] for part in parts), NOTHING)


def _is_live(document: Record) -> bool:
    return document["Status"] not in ("VOIDED", "DELETED")


def _moved(document: Record, left: Decimal, parts: list[Record]) -> Record:
    """Make an approved document PAID when nothing is left of it, and AUTHORISED otherwise."""
    document = {name: value for name, value in document.items() if name != "FullyPaidOnDate"}
    if document["Status"] not in ("AUTHORISED", "PAID"):
        return document
    if left:
        return {**document, "Status": "AUTHORISED"}
    last = max((part["Date"] for part in parts), default=document["Date"])
    return {**document, "Status": "PAID", "FullyPaidOnDate": last}
