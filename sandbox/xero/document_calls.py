"""The addresses that invoices and credit notes share: PUT, POST, POST by id, GET by id."""

from sandbox.xero import documents
from sandbox.xero.answer import Answer, Record
from sandbox.xero.batch import Endpoint, enveloped, run, run_one
from sandbox.xero.call import Call
from sandbox.xero.documents import Kind
from sandbox.xero.organisation import Organisation
from sandbox.xero.refusals import not_found


def put(call: Call, kind: Kind, endpoint: Endpoint) -> Answer:
    """Answer `PUT /Documents`: always new ones."""
    return run(call, endpoint, lambda call, sent: documents.create(call, kind, sent))


def post(call: Call, kind: Kind, endpoint: Endpoint) -> Answer:
    """Answer `POST /Documents`: new ones, or those whose id or sales number is named."""
    return run(call, endpoint, lambda call, sent: documents.upsert(call, kind, sent))


def post_one(call: Call, kind: Kind, endpoint: Endpoint) -> Answer:
    """Answer `POST /Documents/{id or number}`: this one."""
    document = found(call.organisation, kind, call.path["id"])

    def write(call: Call, sent: Record) -> Record:
        return documents.update(call, kind, document, sent)

    return run_one(call, endpoint, document, write, missing=kind.missing)


def show(call: Call, kind: Kind, endpoint: Endpoint) -> Answer:
    """Answer `GET /Documents/{id or number}`."""
    document = found(call.organisation, kind, call.path["id"])
    return enveloped(call, {endpoint.plural: [endpoint.view(call, document)]})


def found(org: Organisation, kind: Kind, name: str) -> Record:
    """Return the document of this id, or our own of this number. Raises Answered (404)."""
    table = kind.table(org.books)
    numbered = (each for each in table.find("number", name) if each["Type"] == kind.sales)
    document = table.get(name) or next(numbered, None)
    if document is None:
        raise not_found()
    return document
