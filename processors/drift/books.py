"""What Xero holds, as its lists told it: rows by id, and how to read them. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

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
_TICKS: Final = re.compile(r"/Date\((-?\d+)")


@dataclass(frozen=True, slots=True)
class XeroBooks:
    """Rows by list and id."""

    lists: Mapping[str, Mapping[str, Row]]

    def row(self, name: str, xero_id: str | None) -> Row | None:
        """A row of a list, or None."""
        return self.lists[name].get(xero_id or "")

    def rows(self, name: str) -> Iterable[Row]:
        """All rows of a list."""
        return self.lists[name].values()


def books(rows: Mapping[str, Iterable[Row]]) -> XeroBooks:
    """Sort the rows of Xero's lists by their ids."""
    return XeroBooks(
        {
            name: {str(row[id_field]): row for row in rows.get(name, ())}
            for name, id_field in LISTS.items()
        }
    )


def amount(row: Row, name: str) -> Decimal | None:
    """An amount of a row, None where it shows none."""
    value = row.get(name)
    return None if value in (None, "") else Decimal(str(value))


def moment(value: object) -> datetime | None:
    """Read one of Xero's times: `/Date(1439434356790+0000)/`, or ISO without a zone (UTC)."""
    if not isinstance(value, str) or not value:
        return None
    if ticks := _TICKS.match(value):
        return datetime.fromtimestamp(int(ticks[1]) / 1000, UTC)
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def day(row: Row) -> date | None:
    """A row's own date; Xero writes it as the midnight of UTC."""
    read = moment(row.get("DateString") or row.get("Date"))
    return read.date() if read else None


def changed(row: Row) -> datetime | None:
    """When Xero last changed the row."""
    return moment(row.get("UpdatedDateUTC"))


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
