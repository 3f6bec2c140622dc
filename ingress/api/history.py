"""A document's history, put together from one snapshot of the database."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from bridge.postgres import Connection
from bridge.queries import load
from ingress.places import in_xero
from schemas.api import (
    AttemptView,
    CommandView,
    DecisionView,
    DocumentHistory,
    EventView,
)
from schemas.words import Ref

QUERIES = load(__file__, "api.sql")


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


async def _link(connection: Connection, where: dict[str, Any]) -> dict[str, str | None]:
    link = await QUERIES.link(connection, **where)
    if link is None:
        return {"xero_id": None, "url": None}
    return {"xero_id": link["xero_id"], "url": in_xero(link["key"], link["xero_id"])}


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


def _by_command(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row["command_id"]].append(row)
    return found
