"""A document's history, put together from one snapshot of the database."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from bridge.postgres import Connection
from bridge.queries import load
from schemas.api import (
    AttemptView,
    CommandView,
    DecisionView,
    DocumentHistory,
    DocumentQuery,
    DocumentRow,
    EventView,
)
from schemas.words import Ref

QUERIES = load(__file__, "api.sql")
# developer.xero.com: deep links, by the first half of a link key.
PAGES: Final = {
    "contact": "Contacts/View/",
    "invoice": "AccountsReceivable/View.aspx?InvoiceID=",
    "bill": "AccountsPayable/View.aspx?InvoiceID=",
    "credit_note": "AccountsReceivable/ViewCreditNote.aspx?creditNoteID=",
    "vendor_credit": "AccountsPayable/ViewCreditNote.aspx?creditNoteID=",
    "journal": "Journal/View.aspx?invoiceID=",
    "payment": "Bank/ViewTransaction.aspx?bankTransactionID=",
}


async def history_of(
    connection: Connection, connection_id: int, document: Ref
) -> DocumentHistory | None:
    """Everything that is known of a document, as of one moment; None when nothing is."""
    where = {"connection_id": connection_id, **document._asdict()}
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        head = await QUERIES.document(connection, **where)
        if head["state"] is None:
            return None
        return DocumentHistory(
            **dict(head),
            **await _link(connection, where),
            events=_views(EventView, await QUERIES.events(connection, **where)),
            decisions=_views(DecisionView, await QUERIES.decisions(connection, **where)),
            commands=await _commands(connection, where),
        )


async def list_documents(
    connection: Connection, connection_id: int, query: DocumentQuery
) -> list[DocumentRow]:
    """The documents of a connection that fit the query, the one with the newest event first."""
    found = await QUERIES.documents(connection, connection_id=connection_id, **query.model_dump())
    rows = []
    for row in found:
        where = {"connection_id": connection_id, **_named(row)}
        rows.append(DocumentRow(**dict(row), **await _link(connection, where)))
    return rows


async def _link(connection: Connection, where: dict[str, Any]) -> dict[str, str | None]:
    link = await QUERIES.link(connection, **where)
    if link is None:
        return {"xero_id": None, "url": None}
    page = PAGES.get(link["key"].partition(":")[0])
    url = f"https://go.xero.com/{page}{link['xero_id']}" if page else None
    return {"xero_id": link["xero_id"], "url": url}


async def _commands(connection: Connection, where: dict[str, Any]) -> list[CommandView]:
    rows = await QUERIES.commands(connection, **where)
    chosen = {"connection_id": where["connection_id"], "ids": [row["id"] for row in rows]}
    attempts = _by_command(await QUERIES.attempts(connection, **chosen))
    waits = _by_command(await QUERIES.waits(connection, **chosen))
    return [
        CommandView(
            **dict(row),
            attempts=_views(AttemptView, attempts[row["id"]]),
            waits_for=[wait["what"] for wait in waits[row["id"]]],
        )
        for row in rows
    ]


def _views(model: Any, rows: Iterable[Any]) -> list[Any]:
    return [model.model_validate(dict(row)) for row in rows]


def _named(row: Any) -> dict[str, str]:
    return {"entity": row["entity"], "zoho_id": row["zoho_id"]}


def _by_command(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row["command_id"]].append(row)
    return found
