"""A small Xero: contacts, invoices, credit notes, payments, allocations, and its rules for them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

Row = dict[str, Any]
ZERO: Final = "00000000-0000-0000-0000-000000000000"
CENT: Final = Decimal("0.01")
IDS: Final = {
    "Contacts": "ContactID",
    "Invoices": "InvoiceID",
    "CreditNotes": "CreditNoteID",
    "Payments": "PaymentID",
    "Allocations": "AllocationID",
}
NUMBERS: Final = {"Invoices": "InvoiceNumber", "CreditNotes": "CreditNoteNumber"}
NOUNS: Final = {"Invoices": "Invoice", "CreditNotes": "Credit note"}
APPLIED: Final = (
    "This document cannot be edited as it has a payment or credit note allocated to it."
)
TOO_MUCH: Final = "Payment amount exceeds the amount outstanding on this document"
ACCOUNTS: Final = ("200", "090", "091", "310", "404", "460", "461", "462", "860")


class Refused(Exception):
    """One element does not pass; the text is Xero's."""


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
    """What Xero holds. Rows are never removed: a deleted one has its status."""

    tables: dict[str, dict[str, Row]] = field(default_factory=lambda: {name: {} for name in IDS})
    effects: list[Effect] = field(default_factory=list)  # of the request at hand
    made: int = 0

    def act(self, method: str, parts: list[str], element: Row) -> Row:
        """Do what one element asks for; gives its row. Raises Refused."""
        plural = parts[0]
        if len(parts) > 2:
            return self._allocate(parts[1], element)
        if plural == "Contacts":
            return self._contact(method, element)
        if plural == "Payments":
            return self._unpay(parts[1]) if len(parts) > 1 else self._pay(element)
        given = {IDS[plural]: parts[1], **element} if len(parts) > 1 else element
        return self._document(method, plural, given)

    def view(self, plural: str, row: Row) -> Row:
        """A row as it is answered."""
        if plural not in NUMBERS:
            return dict(row)
        due, used = self.open_amount(plural, row), self.applied(plural, row)
        if plural == "Invoices":
            return {**row, "AmountDue": due, "AmountPaid": used, "Status": _status(row, due)}
        mine = [a for a in self._allocations() if a["_note"] == row["CreditNoteID"]]
        status = _status(row, due)
        return {**row, "RemainingCredit": due, "Allocations": mine, "Status": status}

    # -- contacts -----------------------------------------------------------------------------

    def _contact(self, method: str, element: Row) -> Row:
        contacts, own = self.tables["Contacts"], element.get("ContactID")
        for other in contacts.values():
            if other["ContactID"] == own:
                continue
            if other["Name"].casefold() == str(element.get("Name", "")).casefold():
                raise Refused("The contact name is already assigned to another contact.")
            if (
                element.get("ContactNumber")
                and other.get("ContactNumber") == element["ContactNumber"]
            ):
                raise Refused("another contact has this contact number")
        if own and own not in contacts:
            raise Refused("The contact does not exist")
        return self._save("Contacts", element, {"ContactStatus": "ACTIVE"}, "ContactNumber")

    # -- documents ----------------------------------------------------------------------------

    def _document(self, method: str, plural: str, element: Row) -> Row:
        own, number = element.get(IDS[plural]), NUMBERS[plural]
        old = self.tables[plural].get(str(own)) if own else None
        if own and (old is None or method == "PUT"):
            raise Refused("The document could not be found")
        if old is not None:
            self._may_change(plural, old, element)
        if element.get("Status") in ("VOIDED", "DELETED") and old is not None:
            return self._end(plural, old, str(element["Status"]))
        merged = {**(old or {}), **element}
        if any(
            other[number] == merged[number] and other[IDS[plural]] != own
            for other in self.tables[plural].values()
        ):
            noun = "Invoice #" if plural == "Invoices" else "Credit note #"
            raise Refused(f"{noun} must be unique.")
        if merged["Contact"]["ContactID"] not in self.tables["Contacts"]:
            raise Refused("The contact does not exist")
        if any(line.get("AccountCode") not in ACCOUNTS for line in merged["LineItems"]):
            raise Refused("Account code is not a valid code for this document.")
        total = sum((_amount(line) for line in merged["LineItems"]), Decimal(0))
        return self._save(plural, element, {"Total": total}, number)

    def _may_change(self, plural: str, old: Row, element: Row) -> None:
        if old["Status"] != "AUTHORISED":
            raise Refused(f"{NOUNS[plural]} not of valid status for modification")
        if self.applied(plural, old) and not self._same(old, element):
            raise Refused(APPLIED)

    def _same(self, old: Row, element: Row) -> bool:
        if element.get("Status") == "VOIDED":
            return False
        lines = [_amount(line) for line in element.get("LineItems") or old["LineItems"]]
        return lines == [_amount(line) for line in old["LineItems"]]

    def _end(self, plural: str, old: Row, status: str) -> Row:
        old["Status"] = status
        self._note("void", plural, old)
        return old

    def applied(self, plural: str, row: Row) -> Decimal:
        """How much of a document is paid or credited, or of a credit note is used."""
        own = row[IDS[plural]]
        paid = [p["Amount"] for p in self.tables["Payments"].values() if _on(p, own)]
        place = "_note" if plural == "CreditNotes" else "_invoice"
        credited = [a["Amount"] for a in self._allocations() if a[place] == own]
        return sum(paid + credited, Decimal(0))

    def open_amount(self, plural: str, row: Row) -> Decimal:
        """What is left of a document."""
        total: Decimal = row["Total"]
        return total - self.applied(plural, row)

    def _allocations(self) -> list[Row]:
        return [a for a in self.tables["Allocations"].values() if a["Status"] == "AUTHORISED"]

    # -- payments and allocations -------------------------------------------------------------

    def _pay(self, element: Row) -> Row:
        target = self.tables["Invoices"].get(element["Invoice"]["InvoiceID"])
        amount = Decimal(str(element["Amount"]))
        if target is None or target["Status"] != "AUTHORISED":
            raise Refused("Payments can only be made against Authorised documents")
        if amount > self.open_amount("Invoices", target):
            raise Refused(TOO_MUCH)
        more = {"Amount": amount, "Status": "AUTHORISED", "_target": target["InvoiceID"]}
        return self._save("Payments", element, more, "Reference")

    def _unpay(self, own: str) -> Row:
        payment = self.tables["Payments"].get(own)
        if payment is None or payment["Status"] == "DELETED":
            raise Refused("Payment not of valid status for modification")
        payment["Status"] = "DELETED"
        self._note("delete", "Payments", payment)
        return payment

    def _allocate(self, note_id: str, element: Row) -> Row:
        note = self.tables["CreditNotes"].get(note_id)
        invoice = self.tables["Invoices"].get(element["Invoice"]["InvoiceID"])
        amount = Decimal(str(element["Amount"]))
        if not note or not invoice or {note["Status"], invoice["Status"]} != {"AUTHORISED"}:
            raise Refused("The document is not of valid status")
        if amount > self.open_amount("CreditNotes", note):
            raise Refused("The amount exceeds the remaining credit")
        if amount > self.open_amount("Invoices", invoice):
            raise Refused(TOO_MUCH)
        more = {
            "Amount": amount,
            "Status": "AUTHORISED",
            "_note": note_id,
            "_invoice": invoice["InvoiceID"],
        }
        return self._save("Allocations", element, more, "_invoice")

    def take_off(self, own: str) -> bool:
        """Delete an allocation; False when there is none."""
        row = self.tables["Allocations"].get(own)
        if row is None or row["Status"] == "DELETED":
            return False
        row["Status"] = "DELETED"
        self._note("delete", "Allocations", row)
        return True

    # -- all ----------------------------------------------------------------------------------

    def _save(self, plural: str, element: Row, more: Row, marker: str) -> Row:
        table, id_field = self.tables[plural], IDS[plural]
        own = element.get(id_field)
        if own is None:
            self.made += 1
            own = f"{self.made:08x}-0000-4000-8000-{self.made:012x}"
        op = "update" if own in table else "create"
        row = table.setdefault(own, {id_field: own, "_marker": marker})
        row.update(element)
        row.update(more)
        self._note(op, plural, row)
        return row

    def _note(self, op: str, plural: str, row: Row) -> None:
        total = str(row.get("Total", row.get("Amount", row.get("Name"))))
        marker = str(row.get(row["_marker"], ""))
        self.effects.append(Effect(op, plural, row[IDS[plural]], marker, total))

    def rows(self, plural: str) -> Iterator[Row]:
        """All rows as they are answered."""
        for row in self.tables[plural].values():
            yield self.view(plural, row)


def _status(row: Row, due: Decimal) -> str:
    return "PAID" if row["Status"] == "AUTHORISED" and due == 0 else str(row["Status"])


def _on(payment: Row, document_id: str) -> bool:
    return bool(payment["Status"] == "AUTHORISED" and payment["_target"] == document_id)


def _amount(line: Row) -> Decimal:
    product = Decimal(str(line["Quantity"])) * Decimal(str(line["UnitAmount"]))
    return product.quantize(CENT, ROUND_HALF_UP)
