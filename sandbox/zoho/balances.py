"""What is owed and what is left: worked out from the links each time, never kept."""

from collections.abc import Iterable
from decimal import Decimal

from sandbox.zoho.documents import Payment, Trade
from sandbox.zoho.kinds import CREDITS
from sandbox.zoho.links import Link
from sandbox.zoho.organisation import Organisation

ZERO = Decimal("0.00")


def total_of(links: Iterable[Link]) -> Decimal:
    """Return the sum of the links' amounts."""
    return sum((link.amount for link in links), ZERO)


def paid(org: Organisation, trade: Trade) -> Decimal:
    """Return what payments settle of an invoice or a bill."""
    return total_of(org.shares.of_target(trade.id))


def credited(org: Organisation, trade: Trade) -> Decimal:
    """Return what credits settle of an invoice or a bill."""
    return total_of(org.credits.of_target(trade.id))


def used(org: Organisation, credit: Trade) -> Decimal:
    """Return what of a credit is applied."""
    return total_of(org.credits.of_source(credit.id))


def refunded(org: Organisation, credit: Trade) -> Decimal:
    """Return what of a credit was given back as money."""
    return sum((each.amount for each in org.refunds.values() if each.credit_id == credit.id), ZERO)


def unused(org: Organisation, payment: Payment) -> Decimal:
    """Return what of a payment settles nothing yet."""
    return payment.amount - total_of(org.shares.of_source(payment.id))


def settled(org: Organisation, trade: Trade) -> Decimal:
    """Return what of the total is accounted for, in whatever way the kind has."""
    if trade.kind in CREDITS:
        return used(org, trade) + refunded(org, trade)
    return paid(org, trade) + credited(org, trade) + trade.written_off


def balance(org: Organisation, trade: Trade) -> Decimal:
    """Return what is open; drafts and void ones keep their total (Zoho: invoices)."""
    if trade.state != "open":
        return trade.totals.total
    return trade.totals.total - settled(org, trade)


def status(org: Organisation, trade: Trade) -> str:
    """Return Zoho's status; `overdue` hides that a part is paid (Zoho: invoices)."""
    if trade.state != "open":
        return trade.state
    left = balance(org, trade)
    if trade.kind in CREDITS:
        return "open" if left else "closed"
    if not left:
        return "paid"
    if trade.due_date < org.today():
        return "overdue"
    if left < trade.totals.total:
        return "partially_paid"
    return "sent" if trade.kind.born == "draft" else "open"


def outstanding(org: Organisation, contact_id: str) -> tuple[Decimal, Decimal]:
    """Return what a contact owes (or is owed) and its unused credits, in its currency."""
    owed = credit = ZERO
    for document in org.of_contact(contact_id):
        if isinstance(document, Payment):
            credit += unused(org, document)
        elif document.state == "open" and document.kind in CREDITS:
            credit += balance(org, document)
        elif document.state == "open":
            owed += balance(org, document)
    return owed, credit
