"""Lists of documents, the newest first: found by state, number, contact, amount or date."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NamedTuple

from bridge.postgres import Connection
from bridge.queries import load
from ingress.places import in_xero
from schemas.api import DocumentList, DocumentQuery, DocumentRow

QUERIES = load(__file__, "listing.sql")
UNFINISHED: Final = ("waiting", "parked", "held")
START: Final = (9_223_372_036_854_775_807, "", "")  # before the newest of all
BETWEEN: Final = "\x1f"  # stands between number and contact in what is searched
AMOUNT: Final = re.compile(r"-?[\d,' ]*\d([.]\d{1,4})?")
LARGEST: Final = Decimal("1e15")


class Found(NamedTuple):
    """A document in its place of the order, and its state."""

    newest: int
    entity: str
    zoho_id: str
    state: str


async def list_documents(
    connection: Connection, connection_id: int, query: DocumentQuery
) -> DocumentList:
    """Give one page of a connection's documents that fit the query, as of one moment."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        found = await _find(connection, connection_id, query)
        rows = await _rows(connection, connection_id, found[: query.limit])
    more = len(found) > query.limit
    last = found[query.limit - 1] if more else None
    return DocumentList(
        documents=rows, after=f"{last.newest}.{last.entity}.{last.zoho_id}" if last else None
    )


async def _find(connection: Connection, connection_id: int, query: DocumentQuery) -> list[Found]:
    where = {"connection_id": connection_id, "most": query.limit + 1, **_place(query.after)}
    sought = {"entity": query.entity, "since": query.since, "until": query.until, **_sought(query)}
    if query.state in UNFINISHED:
        rows = await QUERIES.unfinished(connection, **where, **sought, state=query.state)
        return _found(rows)
    settled = await QUERIES.settled(connection, **where, **sought, state=query.state)
    if query.state or any(value for name, value in sought.items() if name != "entity"):
        return _found(settled)
    arriving = await QUERIES.arriving(connection, **where, entity=query.entity)
    # A document that was decided and changed since is in both: its newest event counts.
    newest = {(each["entity"], each["zoho_id"]): each for each in (*settled, *arriving)}
    return sorted(_found(list(newest.values())), reverse=True)[: query.limit + 1]


def _found(rows: Sequence[Any]) -> list[Found]:
    return [Found(row["newest"], row["entity"], row["zoho_id"], row["state"]) for row in rows]


async def _rows(
    connection: Connection, connection_id: int, found: Sequence[Found]
) -> list[DocumentRow]:
    details = await QUERIES.details(
        connection,
        connection_id=connection_id,
        entities=[each.entity for each in found],
        zoho_ids=[each.zoho_id for each in found],
    )
    return [
        DocumentRow(
            **{name: value for name, value in row.items() if name != "key"},
            state=each.state,
            url=in_xero(row["key"], row["xero_id"]) if row["key"] else None,
        )
        for each, row in zip(found, details, strict=True)
    ]


def _place(after: str | None) -> dict[str, Any]:
    newest, entity, zoho_id = after.split(".", 2) if after else START
    return {"at_event": int(newest), "at_entity": entity, "at_id": zoho_id}


def _sought(query: DocumentQuery) -> dict[str, Any]:
    """Say what a person's words may mean: part of a number or a name, an amount, a date."""
    if query.number is not None:
        return {
            "words": _escaped(query.number.lower()) + f"{BETWEEN}%",
            "amount": None,
            "day": None,
        }
    text = (query.q or "").strip()
    words = f"%{_escaped(text.lower())}%" if text else None
    return {"words": words, "amount": _amount(text), "day": _day(text)}


def _escaped(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text).replace("\0", "")


def _amount(text: str) -> Decimal | None:
    if not AMOUNT.fullmatch(text):
        return None
    try:
        amount = Decimal(re.sub(r"[,' ]", "", text))
    except InvalidOperation:
        return None
    return amount if abs(amount) < LARGEST else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
