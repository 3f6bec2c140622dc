"""One Xero organisation: its settings and its books."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

from sandbox.xero import chart
from sandbox.xero.answer import Record
from sandbox.xero.limits import Limits
from sandbox.xero.table import Journal, Table

# Units of the currency for one Canadian dollar: the day rates, which never move here.
_PER_DOLLAR = {
    "CAD": Decimal(1),
    "USD": Decimal("0.73"),
    "EUR": Decimal("0.67"),
    "GBP": Decimal("0.57"),
    "NZD": Decimal("1.22"),
    "AUD": Decimal("1.11"),
    "JPY": Decimal("108.5"),
}


def _field(*path: str) -> Callable[[Record], str | None]:
    def read(record: Record) -> str | None:
        value: object = record
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return str(value) if value else None

    return read


class Books:
    """The tables of one organisation, all under one journal."""

    def __init__(self) -> None:
        journal = self.journal = Journal()
        contact = _field("Contact", "ContactID")
        table = partial(Table, journal)
        self.accounts = table("Accounts", "AccountID", {"code": _field("Code")})
        self.tax_rates = table("TaxRates", "TaxType")
        self.contacts = table(
            "Contacts",
            "ContactID",
            {"name": _field("Name"), "number": _field("ContactNumber")},
        )
        self.invoices = table(
            "Invoices", "InvoiceID", {"number": _field("InvoiceNumber"), "contact": contact}
        )
        self.credit_notes = table(
            "CreditNotes",
            "CreditNoteID",
            {"number": _field("CreditNoteNumber"), "contact": contact},
        )
        self.payments = table("Payments", "PaymentID", {"target": _field("_target")})
        self.allocations = table(
            "Allocations",
            "AllocationID",
            {"invoice": _field("_invoice"), "credit_note": _field("_credit_note")},
        )
        self.bank_transactions = table("BankTransactions", "BankTransactionID")
        self.manual_journals = table("ManualJournals", "ManualJournalID")
        self.history = table("History", "_id", {"document": _field("_document")})


@dataclass
class Organisation:
    """An organisation with its default chart, rates and currencies, and no documents."""

    id: str
    name: str
    base_currency: str = "CAD"
    country: str = "CA"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/Toronto"))
    timezone: str = "EASTERNSTANDARDTIME"
    currencies: list[str] = field(default_factory=lambda: ["CAD", "USD", "EUR"])
    period_lock_date: date | None = None
    end_of_year_lock_date: date | None = None
    limits: Limits = field(default_factory=Limits)
    forbidden: frozenset[str] = frozenset()  # endpoints that the connecting user may not use
    actions: dict[str, bool] = field(default_factory=dict)
    read_lag: float = 0.0  # seconds until lists show what was written
    blind_filters: frozenset[str] = frozenset()  # "BankTransactions.Reference" finds nothing, ever
    reverse_batches: bool = False  # Xero promises no order of elements in an answer
    merge_arrays: bool = True  # phones and addresses by type; whether Xero replaces is not known
    books: Books = field(default_factory=Books)

    def __post_init__(self) -> None:
        if self.base_currency not in self.currencies:
            self.currencies.insert(0, self.base_currency)
        for account in chart.accounts(self.id, self.base_currency):
            self.books.accounts.put(account)
        for rate in chart.tax_rates():
            self.books.tax_rates.put(rate)

    def day_rate(self, currency: str) -> Decimal:
        """Units of `currency` for one of the base currency, 6 dp; 1 where no rate is known."""
        known = _PER_DOLLAR.get(currency), _PER_DOLLAR.get(self.base_currency)
        if not known[0] or not known[1]:
            return Decimal(1)
        return (known[0] / known[1]).quantize(Decimal("0.000001"))
