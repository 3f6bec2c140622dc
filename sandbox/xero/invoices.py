"""Sales invoices and bills."""

from sandbox.xero import applied, document_calls, document_shapes, documents
from sandbox.xero.answer import Answer, Record
from sandbox.xero.batch import Endpoint
from sandbox.xero.call import Call
from sandbox.xero.encoding import with_strings
from sandbox.xero.lines import rounded
from sandbox.xero.listing import answered, chosen, wanted
from sandbox.xero.organisation import Organisation

FIELDS = frozenset(
    "InvoiceID InvoiceNumber Type Status Reference Date DueDate AmountDue AmountPaid "
    "AmountCredited Total CurrencyCode UpdatedDateUTC Contact.ContactID Contact.Name "
    "Contact.ContactNumber FullyPaidOnDate".split()
)

KIND = documents.Kind(
    noun="Invoice",
    id="InvoiceID",
    number="InvoiceNumber",
    prefix="INV-",
    sales="ACCREC",
    taken="Invoice # must be unique.",
    missing="An existing Invoice with the specified InvoiceID could not be found",
    table=lambda books: books.invoices,
    settled=applied.invoice,
    applied=lambda invoice: invoice["AmountPaid"] + invoice["AmountCredited"],
    discounts=True,
    still_editable=frozenset(
        "Reference DueDate InvoiceNumber BrandingThemeID Url Contact LineItems SentToContact "
        "ExpectedPaymentDate PlannedPaymentDate".split()
    ),
)


# -- writing ---------------------------------------------------------------------------------------


def put(call: Call) -> Answer:
    """`PUT /Invoices`."""
    return document_calls.put(call, KIND, ENDPOINT)


def post(call: Call) -> Answer:
    """`POST /Invoices`."""
    return document_calls.post(call, KIND, ENDPOINT)


def post_one(call: Call) -> Answer:
    """`POST /Invoices/{id or number}`."""
    return document_calls.post_one(call, KIND, ENDPOINT)


# -- reading ---------------------------------------------------------------------------------------


def index(call: Call) -> Answer:
    """`GET /Invoices`, by `IDs`, `InvoiceNumbers`, `ContactIDs`, `Statuses`, `createdByMyApp`."""
    rows = chosen(
        call, call.organisation.books.invoices, number="invoicenumbers", contact="contactids"
    )
    if statuses := wanted(call, "statuses"):
        rows = (row for row in rows if row["Status"] in statuses)
    if call.query.get("createdbymyapp", "").lower() == "true":
        rows = (row for row in rows if row.get("_app") == call.client_id)
    return answered(call, "Invoices", (view(call, row) for row in rows), FIELDS, "InvoiceID", _slim)


def show(call: Call) -> Answer:
    """`GET /Invoices/{id or number}`."""
    return document_calls.show(call, KIND, ENDPOINT)


def view(call: Call, invoice: Record) -> Record:
    """An invoice as answered, with its payments and the credit notes set against it."""
    org = call.organisation
    return with_strings(
        {
            **invoice,
            "Contact": contact_view(org, invoice),
            "LineItems": lines_view(invoice, call.places),
            "Payments": [
                payment_view(each) for each in applied.payments_of(org, invoice["InvoiceID"])
            ],
            "CreditNotes": _credit_notes(org, invoice),
            "Prepayments": [],
            "Overpayments": [],
            "IsDiscounted": False,
            "HasAttachments": False,
            "HasErrors": False,
        }
    )


def contact_view(org: Organisation, document: Record) -> Record:
    """Return what a document says of its contact."""
    contact = org.books.contacts.get(document["Contact"]["ContactID"]) or {}
    shown = ("ContactID", "ContactNumber", "Name", "ContactStatus")
    return {name: contact[name] for name in shown if name in contact}


def lines_view(document: Record, places: int) -> list[Record]:
    """Return the lines; without `unitdp=4` prices are shown to two places."""
    return [
        {**line, "UnitAmount": rounded(line["UnitAmount"], places)}
        for line in document["LineItems"]
    ]


def payment_view(payment: Record) -> Record:
    """Return what a document says of one of its payments."""
    shown = ("PaymentID", "Date", "Amount", "CurrencyRate", "Reference")
    return {**{name: payment[name] for name in shown if name in payment}, "HasAccount": True}


def _credit_notes(org: Organisation, invoice: Record) -> list[Record]:
    allocations = org.books.allocations.find("invoice", invoice["InvoiceID"])
    notes = [(each, org.books.credit_notes.get(each["_credit_note"]) or {}) for each in allocations]
    return [
        {
            "CreditNoteID": allocation["_credit_note"],
            "CreditNoteNumber": note.get("CreditNoteNumber"),
            "Date": note.get("Date"),
            "AppliedAmount": allocation["Amount"],
            "Total": note.get("Total"),
        }
        for allocation, note in notes
    ]


def _slim(invoice: Record) -> Record:
    return {**invoice, "LineItems": []}


ENDPOINT = Endpoint("Invoices", "InvoiceID", document_shapes.Invoice, view)
