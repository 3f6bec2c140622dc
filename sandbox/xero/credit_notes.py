"""Credit notes of both sides."""

from sandbox.xero import applied, document_calls, document_shapes, documents, invoices
from sandbox.xero.answer import Answer, Record
from sandbox.xero.batch import Endpoint
from sandbox.xero.call import Call
from sandbox.xero.encoding import with_strings
from sandbox.xero.listing import answered, chosen
from sandbox.xero.organisation import Organisation

FIELDS = frozenset(
    "CreditNoteID CreditNoteNumber Type Status Reference Date DueDate Total RemainingCredit "
    "CurrencyCode UpdatedDateUTC Contact.ContactID Contact.Name Contact.ContactNumber".split()
)

KIND = documents.Kind(
    noun="Credit Note",
    id="CreditNoteID",
    number="CreditNoteNumber",
    prefix="CN-",
    sales="ACCRECCREDIT",
    taken="Credit Note # must be unique.",
    missing="An existing Credit Note with the specified CreditNoteID could not be found",
    table=lambda books: books.credit_notes,
    settled=applied.credit_note,
    applied=lambda note: note["AppliedAmount"],
    discounts=False,
    still_editable=frozenset(),
)


def put(call: Call) -> Answer:
    """`PUT /CreditNotes`."""
    return document_calls.put(call, KIND, ENDPOINT)


def post(call: Call) -> Answer:
    """`POST /CreditNotes`."""
    return document_calls.post(call, KIND, ENDPOINT)


def post_one(call: Call) -> Answer:
    """`POST /CreditNotes/{id or number}`."""
    return document_calls.post_one(call, KIND, ENDPOINT)


def index(call: Call) -> Answer:
    """`GET /CreditNotes`."""
    rows = chosen(call, call.organisation.books.credit_notes)
    viewed = (view(call, row) for row in rows)
    return answered(call, "CreditNotes", viewed, FIELDS, "CreditNoteID", _slim)


def show(call: Call) -> Answer:
    """`GET /CreditNotes/{id or number}`."""
    return document_calls.show(call, KIND, ENDPOINT)


def view(call: Call, note: Record) -> Record:
    """A credit note as answered, with its allocations and refunds."""
    org, note_id = call.organisation, note["CreditNoteID"]
    refunds = applied.payments_of(org, note_id)
    allocations = org.books.allocations.find("credit_note", note_id)
    return with_strings(
        {
            **note,
            "Contact": invoices.contact_view(org, note),
            "LineItems": invoices.lines_view(note, call.places),
            "Allocations": [allocation_view(org, each) for each in allocations],
            "Payments": [invoices.payment_view(each) for each in refunds],
            "HasAttachments": False,
            "HasErrors": False,
        }
    )


def allocation_view(org: Organisation, allocation: Record) -> Record:
    """An allocation as answered, with the invoice that it is set against."""
    invoice = org.books.invoices.get(allocation["_invoice"]) or {}
    named = {name: invoice[name] for name in ("InvoiceID", "InvoiceNumber") if name in invoice}
    return {**allocation, "Invoice": named, "IsDeleted": False}


def _slim(note: Record) -> Record:
    return {**note, "LineItems": []}


ENDPOINT = Endpoint("CreditNotes", "CreditNoteID", document_shapes.CreditNote, view)
