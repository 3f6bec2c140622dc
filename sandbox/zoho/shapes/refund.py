"""Refunds of credits, which no module and no trigger of Zoho's tells of (Zoho: triggers)."""

from sandbox.zoho.documents import Refund, Trade
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import VENDOR_CREDIT
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.reading import text
from sandbox.zoho.totals import rounded


def refunds_of(org: Organisation, credit: Trade) -> list[Refund]:
    """Return the refunds of a credit, oldest first."""
    return [each for each in org.refunds.values() if each.credit_id == credit.id]


def refund_row(org: Organisation, credit: Trade, refund: Refund) -> Record:
    """Return a refund as lists show it: without the account it was paid from (Zoho: triggers)."""
    return {
        f"{credit.kind.root}_refund_id": refund.id,
        credit.kind.key: credit.id,
        credit.kind.number: credit.number,
        f"{credit.kind.party}_name": org.contacts[credit.contact_id].number,
        "date": refund.date.isoformat(),
        "refund_mode": text(refund.given, "refund_mode"),
        "reference_number": text(refund.given, "reference_number"),
        "description": text(refund.given, "description"),
        "amount_bcy": rounded(refund.amount * refund.exchange_rate, org.places(org.base_currency)),
        "amount_fcy": refund.amount,
    }


def refund(org: Organisation, credit: Trade, refund: Refund) -> Record:
    """Return a refund by its own address; a vendor credit's alone tells the account."""
    shown = refund_row(org, credit, refund) | {"amount": refund.amount}
    for name in ("amount_bcy", "amount_fcy"):
        shown.pop(name)
    if credit.kind is VENDOR_CREDIT:
        shown["exchange_rate"] = refund.exchange_rate
        shown["account_id"] = refund.account_id
        shown["account_name"] = org.accounts[refund.account_id]["account_name"]
    return shown
