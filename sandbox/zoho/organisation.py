"""One Zoho organisation: its settings and its books."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from sandbox.zoho.accounts import default_accounts
from sandbox.zoho.bodies import Variant
from sandbox.zoho.currencies import default_currencies
from sandbox.zoho.documents import Contact, Payment, Refund, Trade
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import PAYMENTS, TRADES, Kind
from sandbox.zoho.limits import Limits, Meter
from sandbox.zoho.links import Links
from sandbox.zoho.taxes import default_taxes
from sandbox.zoho.times import Clock

# Changes without a trigger of their own: nothing in Zoho's texts says that they fire.
SILENT = ("*.settle", "*.apply", "*.unapply", "*.unlink", "*.refund", "*.writeoff")


class Settings(BaseModel, extra="forbid"):
    """What an organisation has chosen, and what a test may choose where Zoho is not known."""

    books: bool = True  # whether /books/v3 answers: an Inventory-only company may lack it
    silent: tuple[str, ...] = SILENT  # patterns of `<entity>.<action>` that fire no rule
    body: Variant = "json"  # how webhooks are written
    delete_body: Variant = "json"  # the same for deletes: what Zoho sends then is not known
    void_unlinks: bool = True  # voiding frees the payments and credits (Zoho's own text)
    gross_inclusive: bool = False  # whether inclusive documents show item_total with tax
    tax_rounding: Literal["entity_level", "item_level"] = "entity_level"
    round_to: Decimal | None = None  # the step that invoice totals are rounded to
    latency: float = 0.0  # seconds that each API call takes
    limits: Limits = Field(default_factory=Limits)


@dataclass
class Organisation:
    """An organisation with its default chart, taxes and currencies, and no documents."""

    id: str
    name: str
    clock: Clock
    ids: Iterator[str]
    base_currency: str = "CAD"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/Toronto"))
    country: str = "Canada"
    country_code: str = "CA"
    edition: str = "canada"
    settings: Settings = field(default_factory=Settings)
    meter: Meter = field(default_factory=Meter)
    contacts: dict[str, Contact] = field(default_factory=dict)
    shares: Links = field(default_factory=Links)  # of payments
    credits: Links = field(default_factory=Links)  # of credit notes and vendor credits
    refunds: dict[str, Refund] = field(default_factory=dict)
    webhooks: dict[str, Record] = field(default_factory=dict)
    workflows: dict[str, Record] = field(default_factory=dict)
    accounts: dict[str, Record] = field(default_factory=default_accounts)
    taxes: dict[str, Record] = field(default_factory=default_taxes)
    currencies: dict[str, Record] = field(init=False)
    created: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.created = self.clock.now()
        self.currencies = default_currencies(self.base_currency)
        self._trades: dict[Kind, dict[str, Trade]] = {kind: {} for kind in TRADES}
        self._payments: dict[Kind, dict[str, Payment]] = {kind: {} for kind in PAYMENTS}
        self._of_contact: defaultdict[str, dict[str, Trade | Payment]] = defaultdict(dict)
        self._numbers: defaultdict[Kind, int] = defaultdict(int)

    def today(self) -> date:
        """Return the date where the organisation is."""
        return self.clock.now().astimezone(self.zone).date()

    def places(self, currency: str) -> int:
        """Return how many decimal places amounts in the currency have."""
        return int(self.currencies[currency]["price_precision"])

    def trades(self, kind: Kind) -> dict[str, Trade]:
        """Return the invoices, bills or credits by id, oldest first."""
        return self._trades[kind]

    def payments(self, kind: Kind) -> dict[str, Payment]:
        """Return the payments received, or made, by id, oldest first."""
        return self._payments[kind]

    def of_contact(self, contact_id: str) -> list[Trade | Payment]:
        """Return what was ever done with the contact and still exists."""
        return list(self._of_contact[contact_id].values())

    def keep(self, document: Trade | Payment) -> None:
        """Put the document on its shelf, in its old place if it was there."""
        if isinstance(document, Trade):
            old = self._trades[document.kind].get(document.id)
            self._trades[document.kind][document.id] = document
        else:
            old = None
            self._payments[document.kind][document.id] = document
        if old and old.contact_id != document.contact_id:
            del self._of_contact[old.contact_id][document.id]
        self._of_contact[document.contact_id][document.id] = document

    def forget(self, document: Trade | Payment) -> None:
        """Take the document off its shelf."""
        shelf = self._trades if isinstance(document, Trade) else self._payments
        del shelf[document.kind][document.id]
        del self._of_contact[document.contact_id][document.id]

    def next_number(self, kind: Kind) -> str:
        """Return the next number of the kind's own series that no document bears."""
        used = {each.number for each in (self._trades | self._payments)[kind].values()}
        while True:
            self._numbers[kind] += 1
            count = self._numbers[kind]
            number = f"{kind.prefix}{count:06d}" if kind.prefix else str(count)
            if number not in used:
                return number

    def uses_account(self, account_id: str) -> bool:
        """Say whether any document is booked on the account."""
        lines = (
            line for shelf in self._trades.values() for t in shelf.values() for line in t.lines
        )
        payments = (each for shelf in self._payments.values() for each in shelf.values())
        return any(line.account_id == account_id for line in lines) or any(
            payment.account_id == account_id for payment in payments
        )
