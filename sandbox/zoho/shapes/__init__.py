"""Documents as Zoho's JSON shows them: fat in detail, thin in lists."""

from sandbox.zoho.documents import Contact, Document, Payment, Trade
from sandbox.zoho.encoding import Record
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.shapes import contact, payment, row, trade


def detail(org: Organisation, document: Document) -> Record:
    """Return the document as its own address and its webhooks show it, without the root."""
    match document:
        case Contact():
            return contact.shape(org, document)
        case Trade():
            return trade.shape(org, document)
        case Payment():
            return payment.shape(org, document)
        case _:
            raise TypeError(type(document).__name__)


def line(org: Organisation, document: Document) -> Record:
    """Return the document as lists show it."""
    match document:
        case Contact():
            return row.of_contact(org, document)
        case Trade():
            return row.of_trade(org, document)
        case Payment():
            return row.of_payment(org, document)
        case _:
            raise TypeError(type(document).__name__)
