"""What the books hold, for tests to read: every document, with amounts as decimal texts."""

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.xero import currency
from sandbox.xero.answer import Record
from sandbox.xero.organisation import Organisation
from sandbox.xero.table import Table

_TABLES = {
    "contacts": ("ContactID ContactNumber Name ContactStatus IsCustomer IsSupplier EmailAddress"),
    "invoices": (
        "InvoiceID InvoiceNumber Type Status Reference Date DueDate Contact LineAmountTypes "
        "CurrencyCode CurrencyRate SubTotal TotalTax Total AmountDue AmountPaid AmountCredited "
        "LineItems"
    ),
    "payments": (
        "PaymentID PaymentType Status Date Amount BankAmount CurrencyRate Reference _target "
        "_account IsReconciled"
    ),
    "credit_notes": (
        "CreditNoteID CreditNoteNumber Type Status Reference Date Contact LineAmountTypes "
        "CurrencyCode CurrencyRate SubTotal TotalTax Total AppliedAmount RemainingCredit LineItems"
    ),
    "allocations": "AllocationID Amount Date _invoice _credit_note",
    "bank_transactions": (
        "BankTransactionID Type Status Date Reference Contact BankAccount CurrencyCode SubTotal "
        "TotalTax Total IsReconciled LineItems"
    ),
    "manual_journals": "ManualJournalID Narration Status Date LineAmountTypes JournalLines",
    "history": "_document Details DateUTC",
}


def ledger(org: Organisation) -> Record:
    """Return every document of the organisation, in order of creation."""
    tables: dict[str, Table] = {name: getattr(org.books, name) for name in _TABLES}
    return {
        "tenant": org.id,
        **{
            name: [_row(record, _TABLES[name].split()) for record in table]
            for name, table in tables.items()
        },
    }


def _row(record: Record, names: list[str]) -> Record:
    row = {name.lstrip("_"): _text(record[name]) for name in names if name in record}
    if record.get("Total") is not None and record.get("CurrencyRate"):
        row["base_total"] = str(currency.in_base(record["Total"], record["CurrencyRate"]))
    return row


def _text(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _text(each) for name, each in value.items() if not name.startswith("_")}
    return [_text(each) for each in value] if isinstance(value, list) else value
