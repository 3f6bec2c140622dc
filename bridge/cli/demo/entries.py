"""What each ledger holds of each kind of document, under keys that both of them know."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

NOT_LIVE: Final = ("draft", "void")
ENDED: Final = ("VOIDED", "DELETED")
WRITE_OFF: Final = "WO-"
FEE: Final = " fee"
NOTES: Final = {"partially_paid": "part paid"}
Ledger = Mapping[str, Any]
Rows = Callable[[Ledger], Iterator["Entry"]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of one ledger; `amounts` are None where it doesn't count, as a draft's."""

    key: str
    name: str
    currency: str
    amounts: tuple[str, ...] | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """One kind of document: what its amounts are called, and how each ledger is read."""

    title: str
    columns: tuple[str, ...]
    zoho: Rows
    xero: Rows


def _trades(path: str, zoho: Ledger) -> Iterator[Entry]:
    for row in zoho[path]:
        amounts = None if row["status"] in NOT_LIVE else (row["total"], row["balance"])
        note = NOTES.get(row["status"], row["status"].replace("_", " "))
        yield Entry(row["number"], row["number"], row["currency"], amounts, note)


def _documents(table: str, kind: str, number: str, left: str, xero: Ledger) -> Iterator[Entry]:
    for row in _living(xero[table], Type=kind):
        if not row[number].startswith(WRITE_OFF):
            amounts = row["Total"], row[left]
            yield Entry(row[number], row[number], row["CurrencyCode"], amounts)


def _shares(path: str, zoho: Ledger) -> Iterator[Entry]:
    for payment in zoho[path]:
        for share in payment["shares"]:
            key, name = f"ZI-PMT-{share['id']}", f"Payment {payment['number']}"
            yield Entry(key, name, payment["currency"], (share["amount"],))


def _refunds(zoho: Ledger) -> Iterator[Entry]:
    for credit in (*zoho["creditnotes"], *zoho["vendorcredits"]):
        for refund in credit["refunds"]:
            name = f"Of {credit['number']}"
            yield Entry(f"ZI-REF-{refund['id']}", name, credit["currency"], (refund["amount"],))


def _payments(kinds: tuple[str, ...], xero: Ledger) -> Iterator[Entry]:
    for row in _living(xero["payments"]):
        if row["PaymentType"] in kinds:
            yield Entry(row["Reference"], row["Reference"], "", (row["Amount"],))


def _charges(zoho: Ledger) -> Iterator[Entry]:
    for path, side in (("customerpayments", "received"), ("vendorpayments", "made")):
        for payment in zoho[path]:
            if float(payment["bank_charges"]):
                key, name = f"ZI-PMT-{payment['id']}{FEE}", f"Payment {payment['number']}, {side}"
                yield Entry(key, name, payment["currency"], (payment["bank_charges"],))


def _spendings(xero: Ledger) -> Iterator[Entry]:
    for row in _living(xero["bank_transactions"]):
        yield Entry(row["Reference"], row["Reference"], row["CurrencyCode"], (row["Total"],))


def _write_offs(zoho: Ledger) -> Iterator[Entry]:
    for row in zoho["invoices"]:
        if float(row["written_off"]):
            name = f"Of {row['number']}"
            yield Entry(WRITE_OFF + row["number"], name, row["currency"], (row["written_off"],))


def _written_off(xero: Ledger) -> Iterator[Entry]:
    for row in _living(xero["credit_notes"]):
        number = row["CreditNoteNumber"]
        if number.startswith(WRITE_OFF):
            yield Entry(number, number, row["CurrencyCode"], (row["AppliedAmount"],))


def _living(rows: list[dict[str, Any]], **fields: str) -> Iterator[dict[str, Any]]:
    for row in rows:
        wanted = all(row[name] == value for name, value in fields.items())
        if wanted and row["Status"] not in ENDED:
            yield row


_invoices = partial(_documents, "invoices", number="InvoiceNumber", left="AmountDue")
_credits = partial(_documents, "credit_notes", number="CreditNoteNumber", left="RemainingCredit")
OPEN, LEFT, AMOUNT = ("total", "open"), ("total", "left"), ("amount",)
BOOKS: Final = (
    Book("Invoices", OPEN, partial(_trades, "invoices"), lambda x: _invoices("ACCREC", xero=x)),
    Book(
        "Payments received",
        AMOUNT,
        partial(_shares, "customerpayments"),
        partial(_payments, ("ACCRECPAYMENT",)),
    ),
    Book("Write-offs", AMOUNT, _write_offs, _written_off),
    Book(
        "Credit notes",
        LEFT,
        partial(_trades, "creditnotes"),
        lambda x: _credits("ACCRECCREDIT", xero=x),
    ),
    Book("Bills", OPEN, partial(_trades, "bills"), lambda x: _invoices("ACCPAY", xero=x)),
    Book(
        "Payments made",
        AMOUNT,
        partial(_shares, "vendorpayments"),
        partial(_payments, ("ACCPAYPAYMENT",)),
    ),
    Book(
        "Vendor credits",
        LEFT,
        partial(_trades, "vendorcredits"),
        lambda x: _credits("ACCPAYCREDIT", xero=x),
    ),
    Book("Refunds", AMOUNT, _refunds, partial(_payments, ("ARCREDITPAYMENT", "APCREDITPAYMENT"))),
    Book("Bank charges", AMOUNT, _charges, _spendings),
)
