"""Notes on documents: they can be added and read, never changed."""

from collections.abc import Iterator
from uuid import uuid4

from sandbox.xero import document_shapes
from sandbox.xero.answer import Answer, Record
from sandbox.xero.batch import Endpoint, enveloped, run
from sandbox.xero.call import Call
from sandbox.xero.listing import addressed
from sandbox.xero.organisation import Books
from sandbox.xero.refusals import Refused, not_found, refuse_if
from sandbox.xero.table import Table

_LONGEST = 2_500
NOT_HERE = "The document with the supplied id was not found for this endpoint."


def _tables(books: Books) -> Iterator[Table]:
    yield from (books.invoices, books.credit_notes, books.payments, books.contacts)
    yield from (books.bank_transactions, books.manual_journals)


def _table(call: Call) -> Table:
    found = (t for t in _tables(call.organisation.books) if t.name == call.path["endpoint"])
    table = next(found, None)
    if table is None:
        raise not_found()
    return table


def put(call: Call) -> Answer:
    """`PUT /{Endpoint}/{id}/History`."""
    table = _table(call)
    return run(call, ENDPOINT, lambda call, sent: _create(call, table, sent))


def _create(call: Call, table: Table, sent: Record) -> Record:
    document = table.get(call.path["id"])
    if document is None:
        raise Refused(NOT_HERE)
    refuse_if(_problems(sent.get("Details", "")))
    note = {
        "_id": str(uuid4()),
        "_document": document[table.key],
        "Details": sent["Details"],
        "Changes": "Note",
        "User": "System Generated",
        "DateUTC": call.now,
    }
    return call.organisation.books.history.put(note)


def _problems(details: str) -> Iterator[str]:
    if not 1 <= len(details) <= _LONGEST:
        yield f"The Details must have 1 to {_LONGEST} characters."


def index(call: Call) -> Answer:
    """`GET /{Endpoint}/{id}/History`."""
    addressed(call, _table(call))  # 404 where there is none
    notes = call.organisation.books.history.find("document", call.path["id"])
    return enveloped(call, {"HistoryRecords": notes})


def _view(_call: Call, note: Record) -> Record:
    return dict(note)


ENDPOINT = Endpoint("HistoryRecords", "HistoryRecordID", document_shapes.HistoryRecord, _view)
