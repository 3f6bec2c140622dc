"""Bills: what Xero should hold because of one, also by the payments and credits that it lists."""

from collections.abc import Iterator
from typing import Final

from processors.cases import Plans
from processors.plans import money, trades
from processors.plans.credit_notes import allocation_thing
from processors.things import Thing
from schemas.documents import Bill, Document
from schemas.words import Ref


def wanted(document: Document) -> Iterator[Thing]:
    """The bill (A10–A12), and what Zoho Inventory tells of its payments here alone (A13–A15)."""
    if not isinstance(document, Bill):
        return
    yield from trades.itself(document, "bill")
    bill = Ref("bill", document.id)
    for payment in document.payments or ():
        content = money.content_of(
            payment.date,
            payment.amount,
            document.currency_code,
            payment.account_id,
            payment.exchange_rate,
        )
        homes = (Ref("vendor_payment", payment.payment_id), bill)
        yield Thing(f"bill_payment:{payment.id}", content, homes)
    for credit in document.credits or ():
        owner = Ref("vendor_credit", credit.credit_id)
        yield allocation_thing("vendor_allocation", credit.id, credit.amount, owner, bill)


def silent(document: Document | None) -> frozenset[str]:
    """A bill that shows no list says nothing of it, unless the sum is nil."""
    if not isinstance(document, Bill):
        return frozenset()
    lists = {
        "bill_payment": (document.payments, document.payment_made),
        "vendor_allocation": (document.credits, document.credits_applied),
    }
    return frozenset(kind for kind, (rows, total) in lists.items() if rows is None and total != 0)


PLANS: Final[Plans] = trades.plans_of("bill")
