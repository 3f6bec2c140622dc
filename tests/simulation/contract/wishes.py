"""What a visitor wants of Xero, right or wrong: bodies as the bridge writes them, by chance."""

import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from outbox.xero.batches import Ready
from schemas.commands import PARENT
from tests.simulation.xero.books import IDS, Books, Row
from tests.simulation.xero.money import SIDES

NOBODY: Final = "99999999-9999-4999-8999-999999999999"
NAMES: Final = ("Acme", "acme", "Zoë & Søn", 'The "Best"', "O'Hara, Ltd.")
DOCUMENTS: Final = (
    ("invoice.put", "Invoices"),
    ("bill.put", "Invoices"),
    ("credit_note.put", "CreditNotes"),
    ("vendor_credit.put", "CreditNotes"),
    ("write_off.put", "CreditNotes"),
)
ENDS: Final = (
    ("invoice.void", "Invoices", "VOIDED"),
    ("credit_note.void", "CreditNotes", "VOIDED"),
    ("payment.delete", "Payments", "DELETED"),
    ("bank_charge.delete", "BankTransactions", "DELETED"),
    ("allocation.delete", "Allocations", ""),
)
PARTS: Final = (Decimal("0.25"), Decimal("0.5"), Decimal(1), Decimal("1.5"))
CENT: Final = Decimal("0.01")


def ready(kind: str, body: Row, xero_id: str | None = None) -> Ready:
    """A command whose ids are all known."""
    return Ready(0, kind, "", body, {}, xero_id, looked=True)


@dataclass
class Wishes:
    """Draws bodies about what is in these books."""

    chance: random.Random
    books: Books
    made: int = 0

    def number(self, plural: str, name: str, prefix: str) -> str:
        """A number that nothing has yet; seldom one that is taken."""
        self.made += 1
        taken = [row[name] for row in self.books.tables[plural].values()]
        seldom = taken and self.chance.random() < 0.08
        return self.chance.choice(taken) if seldom else f"{prefix}{self.made}"

    def few(self) -> range:
        """How many elements a request has."""
        return range(self.chance.choice((1, 1, 2, 4)))

    def some(self, plural: str) -> Row:
        """One of those in the books, as it is answered; seldom one that isn't there."""
        rows = list(self.books.rows(plural))
        if not rows or self.chance.random() < 0.06:
            return {IDS[plural]: NOBODY, "Total": Decimal(50), "AmountDue": Decimal(50)}
        return self.chance.choice(rows)

    def contact(self) -> Row:
        """A contact; seldom one whose name or number is taken."""
        number = self.number("Contacts", "ContactNumber", "ZI-")
        name = self.chance.choice(NAMES) if self.chance.random() < 0.2 else f"Client {self.made}"
        return {
            "ContactNumber": number,
            "Name": name,
            "EmailAddress": "",
            "ContactPersons": [],
            "Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "1"}],
            "Addresses": [],
        }

    def document(self, kind: str) -> Row:
        """An invoice, a bill or a credit note; bills share their numbers."""
        sale = self.number("Invoices", "InvoiceNumber", "INV-")
        note = self.number("CreditNotes", "CreditNoteNumber", "CN-")
        bill, due = f"B-{self.chance.randint(1, 3)}", {"DueDate": "2026-04-09"}
        sales_note = {"Type": "ACCRECCREDIT", "CreditNoteNumber": note}
        typed = {
            "invoice.put": {"Type": "ACCREC", "InvoiceNumber": sale, **due},
            "bill.put": {"Type": "ACCPAY", "InvoiceNumber": bill, **due},
            "credit_note.put": sales_note,
            "write_off.put": {**sales_note, "LineAmountTypes": "NoTax"},
            "vendor_credit.put": {"Type": "ACCPAYCREDIT", "CreditNoteNumber": bill},
        }
        return {
            "Contact": {"ContactID": self.some("Contacts")["ContactID"]},
            "Date": "2026-03-10",
            "CurrencyCode": "CAD",
            "CurrencyRate": 1,
            "Status": "AUTHORISED",
            "LineAmountTypes": "Exclusive",
            "LineItems": [self._line() for _ in self.few()],
            **typed[kind],
        }

    def _line(self) -> Row:
        return {
            "Description": "Widget",
            "Quantity": self.chance.choice((1, 2, 0.5)),
            "UnitAmount": self.chance.choice((10, 33.335, 0.0049, 120, -5)),
            "AccountCode": self.chance.choices(("200", "310", "999", "090"), (40, 10, 1, 1))[0],
            "TaxType": "NONE",
        }

    def change(self, kind: str, plural: str) -> Ready:
        """A document in full, anew; seldom of another contact, or with another's number."""
        row, new = self.some(plural), self.document(kind)
        kept = {name: row[name] for name in ("Contact", "Type", "InvoiceNumber") if name in row}
        return ready(kind, new | kept if self.chance.random() < 0.8 else new, row[IDS[plural]])

    def payment(self) -> Row:
        """A payment or a refund of a part, of all, or of more than there is."""
        plural = self.chance.choice(("Invoices", "Invoices", "CreditNotes"))
        target = self.some(plural)
        return {
            plural.removesuffix("s"): {IDS[plural]: target[IDS[plural]]},
            "Account": {"Code": self.chance.choices(("091", "090", "200", "999"), (9, 9, 1, 1))[0]},
            "Date": "2026-03-12",
            "Amount": self._part(target.get("AmountDue", target.get("RemainingCredit"))),
            "CurrencyRate": 1,
            "Reference": self.number("Payments", "Reference", "ZI-PMT-"),
        }

    def spending(self) -> Row:
        """Money spent from a bank account, or from one that is none."""
        return {
            "Type": "SPEND",
            "Contact": {"ContactID": self.some("Contacts")["ContactID"]},
            "BankAccount": {"Code": self.chance.choices(("091", "200"), (9, 1))[0]},
            "Date": "2026-03-12",
            "Reference": self.number("BankTransactions", "Reference", "ZI-PMT-"),
            "LineAmountTypes": "NoTax",
            "LineItems": [{**self._line(), "UnitAmount": self.chance.choice((10, 33.33, 120, -5))}],
        }

    def _part(self, due: Decimal | None) -> float:
        return float(((due or 10) * self.chance.choice(PARTS)).quantize(CENT))

    def allocation(self) -> Row:
        """Credit for an invoice: often one of the same customer's, who else is refused."""
        note = self.some("CreditNotes")
        same = [
            each
            for each in self.books.rows("Invoices")
            if each["Contact"] == note.get("Contact")
            and SIDES.get(note.get("Type", "")) == each["Type"]
        ]
        suits = same and self.chance.random() < 0.7
        target = self.chance.choice(same) if suits else self.some("Invoices")
        return {
            PARENT: note["CreditNoteID"],
            "Invoice": {"InvoiceID": target["InvoiceID"]},
            "Amount": self._part(
                min(target["AmountDue"], note.get("RemainingCredit", target["AmountDue"]))
            ),
            "Date": "2026-03-12",
        }

    def end(self) -> Ready:
        """A void or a deletion, also of what has ended or carries something."""
        there = [each for each in ENDS if self.books.tables[each[1]]]
        kind, plural, status = self.chance.choice(there or ENDS)
        row = self.some(plural)
        body = {"Status": status} if status else {PARENT: row.get("_note", NOBODY)}
        return ready(kind, body, row[IDS[plural]])
