"""A document's history, put together from the journal, the decisions and the outbox."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from bridge.postgres import Connection, Pool
from bridge.queries import load
from schemas.api import AttemptView, CommandView, DecisionView, DocumentHistory, EventView

QUERIES = load(__file__, "api.sql")
# Where Xero shows a thing, by the first half of its link key.
PAGES: Final = {
    "contact": "https://go.xero.com/Contacts/View/{}",
    "invoice": "https://go.xero.com/AccountsReceivable/View.aspx?InvoiceID={}",
    "bill": "https://go.xero.com/AccountsPayable/View.aspx?InvoiceID={}",
    "credit_note": "https://go.xero.com/AccountsReceivable/ViewCreditNote.aspx?creditNoteID={}",
    "vendor_credit": "https://go.xero.com/AccountsPayable/ViewCreditNote.aspx?creditNoteID={}",
}


async def history_of(
    pool: Pool, connection_id: int, entity: str, zoho_id: str
) -> DocumentHistory | None:
    """Everything that is known of a document, as of one moment; None when nothing is."""
    of = {"connection_id": connection_id, "entity": entity, "zoho_id": zoho_id}
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        found = await QUERIES.find_document(connection, **of)
        if found["state"] is None:
            return None
        events = await QUERIES.list_events(connection, **of)
        decisions = await QUERIES.list_decisions(connection, **of)
        commands = await _commands(connection, of)
    return DocumentHistory(
        state=found["state"],
        number=found["number"],
        xero_id=found["xero_id"],
        url=_url(found["link_key"], found["xero_id"]),
        events=[EventView.model_validate(dict(row)) for row in events],
        decisions=[DecisionView.model_validate(dict(row)) for row in decisions],
        commands=commands,
    )


async def _commands(connection: Connection, of: dict[str, Any]) -> list[CommandView]:
    rows = await QUERIES.list_commands(connection, **of)
    chosen = {"connection_id": of["connection_id"], "commands": [row["id"] for row in rows]}
    attempts = _by_command(await QUERIES.list_attempts(connection, **chosen))
    waits = _by_command(await QUERIES.list_waits(connection, **chosen))
    return [
        CommandView(
            **dict(row),
            waits_for=[wait["waits_for"] for wait in waits[row["id"]]],
            attempts=[AttemptView.model_validate(dict(each)) for each in attempts[row["id"]]],
        )
        for row in rows
    ]


def _by_command(rows: Sequence[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row["command_id"]].append(row)
    return found


def _url(key: str | None, xero_id: str | None) -> str | None:
    page = PAGES.get((key or "").partition(":")[0])
    return page.format(xero_id) if page and xero_id else None
