"""What Xero holds, as its lists told it: rows by id, and how to read them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from schemas.xero_times import read_day, read_moment

Row = Mapping[str, Any]
# The lists that are read, and the id of a row in each.
LISTS: Final = {
    "Invoices": "InvoiceID",
    "CreditNotes": "CreditNoteID",
    "Payments": "PaymentID",
    "BankTransactions": "BankTransactionID",
    "Contacts": "ContactID",
}
ENDED: Final = ("VOIDED", "DELETED")
LIVE: Final = ("AUTHORISED", "PAID")


@dataclass(frozen=True, slots=True)
class XeroSide:
    """Rows by list and id."""

    lists: Mapping[str, Mapping[str, Row]]

    def row(self, name: str, xero_id: str | None) -> Row | None:
        """A row of a list, or None."""
        return self.lists[name].get(xero_id or "")

    def rows(self, name: str) -> Iterable[Row]:
        """All rows of a list."""
        return self.lists[name].values()


def xero_side(rows: Mapping[str, Iterable[Row]]) -> XeroSide:
    """Sort the rows of Xero's lists by their ids."""
    return XeroSide(
        {
            name: {str(row[id_field]): row for row in rows.get(name, ())}
            for name, id_field in LISTS.items()
        }
    )


def amount(row: Row, name: str) -> Decimal | None:
    """An amount of a row, None where it shows none."""
    value = row.get(name)
    return None if value in (None, "") else Decimal(str(value))


def day(row: Row) -> date | None:
    """A row's own date."""
    return read_day(row.get("DateString") or row.get("Date"))


def changed(row: Row) -> datetime | None:
    """When Xero last changed the row."""
    return read_moment(row.get("UpdatedDateUTC"))


def contact_of(row: Row) -> str:
    """The id in Xero of the contact that a row names."""
    contact = row.get("Contact")
    return str(contact.get("ContactID") or "") if isinstance(contact, Mapping) else ""


def target_of(payment: Row) -> str:
    """The id in Xero of what a payment settles; some refunds show a credit as an `Invoice`."""
    for name, id_field in (("CreditNote", "CreditNoteID"), ("Invoice", "InvoiceID")):
        target = payment.get(name)
        if isinstance(target, Mapping) and (found := target.get(id_field)):
            return str(found)
    return ""
