"""The small Xero's rules for money that moves, and for credit that is set against invoices."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from tests.simulation.xero.books import IDS, Books, NotPlayedError, Row
from tests.simulation.xero.rules import (
    BANKS,
    NO_CONTACT,
    NOT_APPROVED,
    ON_LINES,
    ONLY_STATUS,
    TOO_MUCH,
    TOO_MUCH_CREDIT,
    Refused,
    line_problems,
    missing,
    refuse_if,
    total,
)

SIDES: Final = {"ACCRECCREDIT": "ACCREC", "ACCPAYCREDIT": "ACCPAY"}


def pay(books: Books, element: Row) -> Row:
    """Pay an invoice or refund a credit note, in part or whole."""
    if "PaymentID" in element:
        raise Refused(ONLY_STATUS)
    plural = "CreditNotes" if "CreditNote" in element else "Invoices"
    target = _named(books, plural, element)
    amount = Decimal(str(element["Amount"]))
    shown = books.view(plural, target)
    refuse_if(_payment_problems(shown, amount, element["Account"]["Code"]))
    more = {"Amount": amount, "Status": "AUTHORISED", "_target": target[IDS[plural]]}
    if target["Type"] == "ACCPAYCREDIT":  # a vendor credit's refund shows it as an invoice
        more["Invoice"] = {"InvoiceID": target["CreditNoteID"]}
        element = {name: value for name, value in element.items() if name != "CreditNote"}
    return books.save("Payments", None, element, more, "Reference")


def _named(books: Books, plural: str, element: Row) -> Row:
    found = books.tables[plural].get(element[plural.removesuffix("s")][IDS[plural]])
    if found is None:
        raise Refused(missing(plural))
    return found


def _payment_problems(target: Row, amount: Decimal, account: str) -> Iterator[str]:
    if amount <= 0:
        yield "Payment amounts must be positive amounts"
    if account in ON_LINES:
        yield "The account must be a bank account, or be enabled for payments, and be active."
    elif account not in BANKS:
        yield "Account could not be found"
    if target["Status"] != "AUTHORISED":
        yield NOT_APPROVED
    due: Decimal = target["AmountDue"] if "AmountDue" in target else target["RemainingCredit"]
    if amount > due:
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
    invoice = _named(books, "Invoices", element)
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
    if invoice["Type"] != SIDES[note["Type"]]:
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


# -- money spent -----------------------------------------------------------------------------------


def spend(books: Books, element: Row) -> Row:
    """Spend money from a bank account, outside of bills."""
    if "BankTransactionID" in element:
        raise Refused(missing("BankTransactions"))
    if element["BankAccount"]["Code"] not in BANKS:
        raise Refused("The BankAccount must be an active account of the type BANK.")
    refuse_if(_spending_problems(books, element))
    more = {
        "Status": "AUTHORISED",
        "Total": total(element),
        "CurrencyCode": "CAD",  # the bank account's
        "CurrencyRate": 1,
    }
    return books.save("BankTransactions", None, element, more, "Reference")


def _spending_problems(books: Books, element: Row) -> Iterator[str]:
    if element["Contact"]["ContactID"] not in books.tables["Contacts"]:
        yield NO_CONTACT
    yield from line_problems(element)
    if total(element) <= 0:
        yield "The total for a Bank Transaction must be greater than zero."


def unspend(books: Books, spending: Row, element: Row) -> Row:
    """Delete a spending; nothing else is asked of one."""
    if (
        element.get("BankTransactionID", spending["BankTransactionID"])
        != spending["BankTransactionID"]
    ):
        raise Refused(missing("BankTransactions"))
    if spending["Status"] != "AUTHORISED":
        raise Refused("Bank Transaction not of valid status for modification")
    if element["Status"] != "DELETED":
        raise NotPlayedError("a change of a spending")
    return books.end("delete", "BankTransactions", spending, "DELETED")
