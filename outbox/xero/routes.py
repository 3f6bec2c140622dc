"""Which request of Xero's carries which command (Xero: the one-page action table)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

BATCH: Final = 40  # elements; one look-up by numbers can settle them all


@dataclass(frozen=True, slots=True)
class Route:
    """How a kind of command travels.

    `path` may hold `{id}`, the thing's own id in Xero, or `{parent}`, that of what it hangs on;
    a command then travels alone. `plural` wraps the elements, `id_field` is the element's id,
    `marks` are the fields by which an answer's element is told from its neighbours. `ends`: the
    thing is gone from Xero afterwards, by this status. `looks_first`: Xero is searched before the
    first create. `omits` are fields that only a create sends. `bare`: no id goes into the body.
    """

    method: str
    path: str
    plural: str
    id_field: str
    marks: tuple[str, ...] = ()
    query: str = "?summarizeErrors=false"
    ends: str | None = None
    looks_first: bool = False
    omits: tuple[str, ...] = ()
    bare: bool = False
    most: int = BATCH

    @property
    def alone(self) -> bool:
        """Xero takes one such change a request."""
        return "{" in self.path

    @property
    def batch(self) -> int:
        """How many commands may share a request."""
        return 1 if self.alone else self.most


PRECISE: Final = "?summarizeErrors=false&unitdp=4"

# What makes a thing that Xero doesn't hold yet. PUT only creates: POST would overwrite a namesake.
CONTACT: Final = Route(
    "PUT", "/Contacts", "Contacts", "ContactID", ("ContactNumber",), looks_first=True
)
INVOICE: Final = Route(
    "PUT",
    "/Invoices",
    "Invoices",
    "InvoiceID",
    ("InvoiceNumber", "Type", "Contact.ContactID"),
    PRECISE,
)
CREDIT_NOTE: Final = Route(
    "PUT",
    "/CreditNotes",
    "CreditNotes",
    "CreditNoteID",
    ("CreditNoteNumber", "Type", "Contact.ContactID"),
    PRECISE,
)
PAYMENT: Final = Route("PUT", "/Payments", "Payments", "PaymentID", ("Reference",))
ALLOCATION: Final = Route("PUT", "/CreditNotes/{parent}/Allocations", "Allocations", "AllocationID")
# Nothing in Xero keeps a second one out, so each goes alone and is settled alone.
BANK_TRANSACTION: Final = Route(
    "PUT", "/BankTransactions", "BankTransactions", "BankTransactionID", ("Reference",), most=1
)
JOURNAL: Final = Route(
    "PUT", "/ManualJournals", "ManualJournals", "ManualJournalID", ("Narration",), most=1
)

CREATES: Final[Mapping[str, Route]] = {
    "contact.put": CONTACT,
    "invoice.put": INVOICE,
    "bill.put": INVOICE,
    "credit_note.put": CREDIT_NOTE,
    "vendor_credit.put": CREDIT_NOTE,
    "write_off.put": CREDIT_NOTE,
    "payment.create": PAYMENT,
    "bill_payment.create": PAYMENT,
    "refund.create": PAYMENT,
    "vendor_refund.create": PAYMENT,
    "allocation.create": ALLOCATION,
    "vendor_allocation.create": ALLOCATION,
    "bank_charge.create": BANK_TRANSACTION,
    "journal.create": JOURNAL,
}

# What changes a thing that Xero holds. Its number stays what it is: a contact that was there
# before may carry one of its own.
CONTACT_CHANGE: Final = replace(
    CONTACT, method="POST", marks=("ContactID",), looks_first=False, omits=("ContactNumber",)
)
INVOICE_CHANGE: Final = replace(INVOICE, method="POST", marks=("InvoiceID",))
CREDIT_NOTE_CHANGE: Final = replace(CREDIT_NOTE, method="POST", marks=("CreditNoteID",))

# What ends one.
INVOICE_VOID: Final = replace(
    INVOICE_CHANGE, path="/Invoices/{id}", query="?unitdp=4", ends="VOIDED"
)
CREDIT_NOTE_VOID: Final = replace(
    CREDIT_NOTE_CHANGE, path="/CreditNotes/{id}", query="?unitdp=4", ends="VOIDED"
)
# A payment's deletion takes its status alone (Xero: payments).
PAYMENT_DELETE: Final = replace(
    PAYMENT, method="POST", path="/Payments/{id}", query="", ends="DELETED", bare=True
)
BANK_TRANSACTION_DELETE: Final = replace(
    BANK_TRANSACTION, method="POST", path="/BankTransactions/{id}", query="", ends="DELETED"
)
ALLOCATION_DELETE: Final = replace(
    ALLOCATION,
    method="DELETE",
    path="/CreditNotes/{parent}/Allocations/{id}",
    query="",
    ends="GONE",
    bare=True,
)

CHANGES: Final[Mapping[str, Route]] = {
    "contact.put": CONTACT_CHANGE,
    "invoice.put": INVOICE_CHANGE,
    "bill.put": INVOICE_CHANGE,
    "credit_note.put": CREDIT_NOTE_CHANGE,
    "vendor_credit.put": CREDIT_NOTE_CHANGE,
    "write_off.put": CREDIT_NOTE_CHANGE,
    "invoice.void": INVOICE_VOID,
    "bill.void": INVOICE_VOID,
    "credit_note.void": CREDIT_NOTE_VOID,
    "vendor_credit.void": CREDIT_NOTE_VOID,
    "write_off.void": CREDIT_NOTE_VOID,
    "payment.delete": PAYMENT_DELETE,
    "bill_payment.delete": PAYMENT_DELETE,
    "refund.delete": PAYMENT_DELETE,
    "vendor_refund.delete": PAYMENT_DELETE,
    "allocation.delete": ALLOCATION_DELETE,
    "vendor_allocation.delete": ALLOCATION_DELETE,
    "bank_charge.delete": BANK_TRANSACTION_DELETE,
}

KINDS: Final = frozenset({*CREATES, *CHANGES})


def route_of(kind: str, *, linked: bool) -> Route | None:
    """The route of a command, by whether Xero holds the thing; None when there is none."""
    return (CHANGES if linked else CREATES).get(kind)
