"""What a company keeps: contacts, invoices and their like, payments, refunds."""

from dataclasses import dataclass, field
from datetime import date as day
from datetime import datetime
from decimal import Decimal

from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import Kind
from sandbox.zoho.totals import Line, Terms, Totals


@dataclass
class Document:
    """What all documents have. `given` is what people entered, later changes laid over it."""

    kind: Kind
    id: str
    number: str
    given: Record
    created: datetime
    modified: datetime


@dataclass
class Contact(Document):
    """A customer or a vendor; `number` is its name."""

    contact_type: str = "customer"
    currency: str = "CAD"
    persons: list[Record] = field(default_factory=list)
    billing_id: str = ""
    shipping_id: str = ""
    is_active: bool = True


@dataclass
class Trade(Document):
    """An invoice, bill, credit note or vendor credit; amounts in its currency.

    `state` is what people decided (draft, open, void); how much is settled decides the rest.
    """

    contact_id: str
    date: day
    due_date: day
    currency: str
    exchange_rate: Decimal  # base units for one of the currency
    lines: tuple[Line, ...]
    terms: Terms
    totals: Totals
    state: str = "open"
    written_off: Decimal = Decimal(0)


@dataclass
class Payment(Document):
    """A payment received or made; what it settles is in the organisation's links."""

    contact_id: str
    date: day
    currency: str
    exchange_rate: Decimal
    amount: Decimal
    bank_charges: Decimal
    account_id: str


@dataclass
class Refund:
    """Money given back from a credit; it has no module and no rules of its own in Zoho."""

    id: str
    credit_id: str
    given: Record
    date: day
    amount: Decimal
    exchange_rate: Decimal
    account_id: str
    modified: datetime
