"""A small Xero's books: contacts, documents, payments, allocations, spendings, as they stand."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

Row = dict[str, Any]
ZERO: Final = "00000000-0000-0000-0000-000000000000"
NOTHING: Final = Decimal(0)
IDS: Final = {
    "Contacts": "ContactID",
    "Invoices": "InvoiceID",
    "CreditNotes": "CreditNoteID",
    "Payments": "PaymentID",
    "Allocations": "AllocationID",
    "BankTransactions": "BankTransactionID",
}
NUMBERS: Final = {"Invoices": "InvoiceNumber", "CreditNotes": "CreditNoteNumber"}
ENDED: Final = ("VOIDED", "DELETED")


class NotPlayedError(Exception):
    """Something that Xero knows and this one doesn't: a schedule that asks for it must end."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one element of a request did."""

    op: str  # create, update, void, delete
    plural: str
    id: str
    marker: str
    total: str


@dataclass
class Books:
    """What Xero holds of one organisation, the `number`th. Ids are no other organisation's.

    Rows are never removed: a deleted one has its status.
    """

    number: int = 1
    tables: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in IDS})
    effects: list[Effect] = field(default_factory=list)  # of the request at hand
    made: int = 0

    # -- writing ------------------------------------------------------------------------------

    def save(self, plural: str, own: str | None, element: Row, more: Row, marker: str) -> Row:
        """Lay an element over its row, or over a new one; `marker` tells whose it is."""
        table, id_field = self.tables[plural], IDS[plural]
        op = "create" if own is None else "update"
        if own is None:
            self.made += 1
            own = f"{self.made:08x}-{self.number:04x}-4000-8000-{self.made:012x}"
        row = table.setdefault(own, {id_field: own, "_marker": marker})
        row.update(element)
        row.update(more)
        self._note(op, plural, row)
        return row

    def end(self, op: str, plural: str, row: Row, status: str) -> Row:
        """Void or delete a row."""
        row["Status"] = status
        self._note(op, plural, row)
        return row

    def _note(self, op: str, plural: str, row: Row) -> None:
        total = str(row.get("Total", row.get("Amount", row.get("Name"))))
        marker = str(row.get(row["_marker"], ""))
        self.effects.append(Effect(op, plural, row[IDS[plural]], marker, total))

    # -- reading ------------------------------------------------------------------------------

    def rows(self, plural: str) -> Iterator[Row]:
        """All rows as they are answered."""
        for row in self.tables[plural].values():
            yield self.view(plural, row)

    def view(self, plural: str, row: Row) -> Row:
        """A row as it is answered."""
        if plural not in NUMBERS:
            return dict(row)
        paid, credited = self.payments_on(row), self.credit_on(plural, row)
        due = NOTHING if row["Status"] in ENDED else row["Total"] - paid - credited
        status = "PAID" if row["Status"] == "AUTHORISED" and not due else row["Status"]
        if plural == "Invoices":
            amounts = {"AmountDue": due, "AmountPaid": paid, "AmountCredited": credited}
            return {**row, **amounts, "Status": status}
        mine = [each for each in self._allocations() if each["_note"] == row["CreditNoteID"]]
        amounts = {"RemainingCredit": due, "AppliedAmount": paid + credited}
        return {**row, **amounts, "Allocations": mine, "Status": status}

    def payments_on(self, row: Row) -> Decimal:
        """How much of an invoice is paid, or of a credit note is refunded."""
        own = row.get("InvoiceID", row.get("CreditNoteID"))
        paid = (p["Amount"] for p in self.tables["Payments"].values() if _on(p, own))
        return sum(paid, NOTHING)

    def credit_on(self, plural: str, row: Row) -> Decimal:
        """How much of an invoice is credited, or of a credit note is used."""
        place, own = "_note" if plural == "CreditNotes" else "_invoice", row[IDS[plural]]
        return sum((a["Amount"] for a in self._allocations() if a[place] == own), NOTHING)

    def applied(self, plural: str, row: Row) -> Decimal:
        """How much of a document is paid, credited or used."""
        return self.payments_on(row) + self.credit_on(plural, row)

    def _allocations(self) -> Iterator[Row]:
        return (a for a in self.tables["Allocations"].values() if a["Status"] == "AUTHORISED")


def _on(payment: Row, document_id: str | None) -> bool:
    return bool(payment["Status"] == "AUTHORISED" and payment["_target"] == document_id)
