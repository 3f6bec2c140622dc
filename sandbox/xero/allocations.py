"""Credit set against invoices, and taken off again."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import uuid4

from sandbox.xero import credit_notes, document_shapes, invoices, periods
from sandbox.xero.answer import Answer, Record
from sandbox.xero.batch import Endpoint, run
from sandbox.xero.call import Call
from sandbox.xero.document_calls import found
from sandbox.xero.documents import Kind
from sandbox.xero.lines import rounded
from sandbox.xero.organisation import Organisation
from sandbox.xero.refusals import Refused, invalid, not_found, refuse_if

TOO_MUCH = "Credit Note cannot be allocated as amount is greater than amount outstanding"
PAID_OFF = "The invoice you are trying to allocate to has already been paid off"
WRONG_SIDE = "Credit Note cannot be allocated to an incorrect invoice type"
_SIDES = {"ACCRECCREDIT": "ACCREC", "ACCPAYCREDIT": "ACCPAY"}


def put(call: Call) -> Answer:
    """`PUT /CreditNotes/{id}/Allocations`: the new ones only; one sent again is applied again."""
    note_id = found(call.organisation, credit_notes.KIND, call.path["id"])["CreditNoteID"]
    return run(call, ENDPOINT, lambda call, sent: _create(call, note_id, sent))


def _create(call: Call, note_id: str, sent: Record) -> Record:
    org = call.organisation
    note = org.books.credit_notes.get(note_id) or {}
    invoice = _invoice(org, sent.get("Invoice", {}))
    later = max(note["Date"], invoice["Date"])
    allocation = {
        "AllocationID": str(uuid4()),
        "Amount": rounded(sent.get("Amount", Decimal(0))),
        "Date": sent.get("Date", later),
        "_invoice": invoice["InvoiceID"],
        "_credit_note": note_id,
        "_written": call.now,
    }
    refuse_if(_problems(org, note, invoice, allocation))
    org.books.allocations.put(allocation)
    _settle(call, allocation)
    return allocation


def _invoice(org: Organisation, reference: Record) -> Record:
    table = org.books.invoices
    numbered = table.find("number", reference.get("InvoiceNumber"))
    invoice = table.get(reference.get("InvoiceID")) or next(
        (each for each in numbered if each["Type"] == invoices.KIND.sales), None
    )
    if invoice is None:
        raise Refused(invoices.KIND.missing)
    return invoice


def _problems(
    org: Organisation, note: Record, invoice: Record, allocation: Record
) -> Iterator[str]:
    amount = allocation["Amount"]
    if amount <= 0:
        yield "The allocation amount must be greater than zero."
    if note["Status"] != "AUTHORISED" or amount > note["RemainingCredit"]:
        yield TOO_MUCH
    if _SIDES[note["Type"]] != invoice["Type"]:
        yield WRONG_SIDE
    elif note["Contact"] != invoice["Contact"] or note["CurrencyCode"] != invoice["CurrencyCode"]:
        yield "Credit Note cannot be allocated to an invoice of another contact or currency"
    if invoice["Status"] == "PAID":
        yield PAID_OFF
    elif invoice["Status"] != "AUTHORISED":
        yield "Credit Note can only be allocated to an Authorised invoice"
    elif amount > invoice["AmountDue"]:
        yield TOO_MUCH
    yield from periods.locked(org, allocation["Date"])


def _settle(call: Call, allocation: Record) -> None:
    """Bring both documents up to date; each of them is changed by it."""
    ends: tuple[tuple[Kind, str], ...] = (
        (invoices.KIND, allocation["_invoice"]),
        (credit_notes.KIND, allocation["_credit_note"]),
    )
    for kind, document_id in ends:
        table = kind.table(call.organisation.books)
        document = table.get(document_id)
        if document:
            settled = kind.settled(call.organisation, document)
            table.put({**settled, "UpdatedDateUTC": call.now})


def delete(call: Call) -> Answer:
    """`DELETE /CreditNotes/{id}/Allocations/{allocation}`; no idempotency key holds here (Xero)."""
    org = call.organisation
    note = found(org, credit_notes.KIND, call.path["id"])
    allocation = org.books.allocations.get(call.path["allocation"])
    if allocation is None or allocation["_credit_note"] != note["CreditNoteID"]:
        raise not_found()
    if problems := list(periods.locked(org, allocation["Date"])):
        raise invalid([{"ValidationErrors": [{"Message": problem} for problem in problems]}])
    org.books.allocations.remove(allocation["AllocationID"])
    _settle(call, allocation)
    return Answer(
        200,
        {
            "AllocationId": allocation["AllocationID"],
            "Date": allocation["Date"],
            "Invoice": {"InvoiceID": allocation["_invoice"]},
            "IsDeleted": True,
        },
    )


def _view(call: Call, allocation: Record) -> Record:
    return credit_notes.allocation_view(call.organisation, allocation)


ENDPOINT = Endpoint("Allocations", "AllocationID", document_shapes.Allocation, _view)
