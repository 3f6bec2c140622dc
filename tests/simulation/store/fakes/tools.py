"""What several fakes need."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson

from tests.simulation.store.engine import ROW, Blocked, Values
from tests.simulation.store.statement import Statement

OPEN_STATES = ("pending", "sending", "ambiguous", "parked")


def as_jsonb(value: Any) -> Any:
    """What comes back of a value that went into a jsonb column."""
    return None if value is None else orjson.loads(json.dumps(value, default=str))


def pick(values: Values, *names: str) -> Values:
    """Some columns."""
    return {name: values[name] for name in names}


def seconds(value: float) -> timedelta:
    """make_interval(secs => value), to the microsecond."""
    return timedelta(microseconds=round(value * 1_000_000))


def between(later: datetime, earlier: datetime) -> float:
    """extract(epoch FROM later - earlier)."""
    return (later - earlier) / timedelta(microseconds=1) / 1_000_000


def of(statement: Statement, table: str, **wanted: Any) -> Iterator[Values]:
    """The visible rows whose columns equal what is wanted."""
    found = statement.all(table)
    for name, value in wanted.items():
        found = [values for values in found if values[name] == value]
    return iter(found)


def organisation(statement: Statement, connection_id: int) -> str:
    """The function of that name: a tenant, or the connection itself."""
    grant = statement.get("grants", connection_id, "xero")
    return str((grant and grant["tenant_id"]) or connection_id)


def siblings(statement: Statement, connection_id: int) -> set[int]:
    """The function of that name: the connections of one organisation."""
    tenant = organisation(statement, connection_id)
    shared = of(statement, "grants", system="xero", tenant_id=tenant)
    return {connection_id, *(grant["connection_id"] for grant in shared)}


def await_foreign(
    statement: Statement, table: str, fits: Callable[[Values], bool], rows: Iterable[Any]
) -> None:
    """Wait for another transaction's unfinished row that would break a unique index."""
    for row in rows:
        if row.owner not in (None, statement.tx) and row.draft is not None and fits(row.draft):
            raise Blocked(row.owner)


def close_tickets(statement: Statement, command_ids: Iterable[int]) -> None:
    """Free what waits behind commands."""
    ids = set(command_ids)
    closed: dict[int, list[str]] = {}
    for ticket in statement.all("tickets"):
        if ticket["command_id"] in ids:
            if ticket["open"]:
                closed.setdefault(ticket["connection_id"], []).append(ticket["document"])
            statement.update(ticket, open=False)
    for connection_id, documents in closed.items():
        note_move(statement, connection_id, documents=documents)


def note_move(
    statement: Statement,
    connection_id: int,
    documents: Iterable[str] = (),
    keys: Iterable[str] = (),
) -> None:
    """What the triggers write when something before a sleeping command has moved."""
    moved = {"documents": list(documents), "keys": list(keys)}
    number = statement.number("wakeups")
    statement.insert("wakeups", {"id": number, "connection_id": connection_id, **moved})


def columns(values: Values) -> Values:
    """All columns."""
    return {name: value for name, value in values.items() if name != ROW}


def just_sent(statement: Statement) -> Values:
    """What every attempt begins with: sent once, and not answered yet."""
    return {
        "redacted_at": None,
        "sends": 1,
        "looked_at": None,
        "absent_reads": 0,
        "first_sent_at": statement.now,
        "last_sent_at": statement.now,
        "outcome": "unknown",
        "status": None,
        "message": None,
        "ended_at": None,
    }
