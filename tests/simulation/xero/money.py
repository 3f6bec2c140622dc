"""The small Xero's rules for payments and for credit that is set against invoices."""

from collections.abc import Iterator
from decimal import Decimal

from tests.simulation.xero.books import Books, NotPlayedError, Row
from tests.simulation.xero.rules import (
    BANKS,
    NOT_APPROVED,
    ON_LINES,
    ONLY_STATUS,
    TOO_MUCH,
    TOO_MUCH_CREDIT,
    Refused,
    missing,
    refuse_if,
)


def pay(books: Books, element: Row) -> Row:
    """Pay an invoice, in part or whole."""
    if "PaymentID" in element:
        raise Refused(ONLY_STATUS)
    target = _invoice(books, element)
    amount = Decimal(str(element["Amount"]))
    refuse_if(_payment_problems(books, target, amount, element["Account"]["Code"]))
    more = {"Amount": amount, "Status": "AUTHORISED", "_target": target["InvoiceID"]}
    return books.save("Payments", None, element, more, "Reference")


def _invoice(books: Books, element: Row) -> Row:
    if "Invoice" not in element:
        raise NotPlayedError("a refund")
    found = books.tables["Invoices"].get(element["Invoice"]["InvoiceID"])
    if found is None:
        raise Refused(missing("Invoices"))
    return found


def _payment_problems(books: Books, target: Row, amount: Decimal, account: str) -> Iterator[str]:
    shown = books.view("Invoices", target)
    if amount <= 0:
        yield "Payment amounts must be positive amounts"
    if account in ON_LINES:
        yield "The account must be a bank account, or be enabled for payments, and be active."
    elif account not in BANKS:
        yield "Account could not be found"
    if shown["Status"] != "AUTHORISED":
        yield NOT_APPROVED
    if amount > shown["AmountDue"]:
        yield TOO_MUCH


def take_back(books: Books, payment: Row, element: Row) -> Row:
    """Delete a payment; nothing else can be done to one."""
    if element.keys() - {"PaymentID"} != {"Status"} or element["Status"] != "DELETED":
        raise Refused(ONLY_STATUS)
    if payment["Status"] == "DELETED":
        raise Refused("This payment has already been deleted.")
    return books.end("delete", "Payments", payment, "DELETED")


def allocate(books: Books, note: Row, element: Row) -> Row:
    """Set a credit note against an invoice."""
    invoice = _invoice(books, element)
    amount = Decimal(str(element["Amount"]))
    refuse_if(_allocation_problems(books, note, invoice, amount))
    more = {
        "Amount": amount,
        "Status": "AUTHORISED",
        "_note": note["CreditNoteID"],
        "_invoice": invoice["InvoiceID"],
    }
    return books.save("Allocations", None, element, more, "_invoice")


def _allocation_problems(books: Books, note: Row, invoice: Row, amount: Decimal) -> Iterator[str]:
    giving, taking = books.view("CreditNotes", note), books.view("Invoices", invoice)
    if amount <= 0:
        yield "The allocation amount must be greater than zero."
    if giving["Status"] != "AUTHORISED" or amount > giving["RemainingCredit"]:
        yield TOO_MUCH_CREDIT
    if invoice["Type"] != "ACCREC":
        yield "Credit Note cannot be allocated to an incorrect invoice type"
    elif note["Contact"] != invoice["Contact"]:
        yield "Credit Note cannot be allocated to an invoice of another contact or currency"
    if taking["Status"] == "PAID":
        yield "The invoice you are trying to allocate to has already been paid off"
    elif taking["Status"] != "AUTHORISED":
        yield "Credit Note can only be allocated to an Authorised invoice"
    elif amount > taking["AmountDue"]:
        yield TOO_MUCH_CREDIT


def take_off(books: Books, note_id: str, own: str) -> Row | None:
    """Delete an allocation; None when the credit note has none of this id."""
    row = books.tables["Allocations"].get(own)
    if row is None or row["Status"] == "DELETED" or row["_note"] != note_id:
        return None
    return books.end("delete", "Allocations", row, "DELETED")
