"""The journal's queries and those of the knocks."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.tools import await_foreign, of, pick, seconds
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

JOURNAL = FAKES.add("ingress/journal/journal.sql")
KNOCKS = FAKES.add("ingress/journal/knocks.sql")
SHOWN = ("id", "connection_id", "entity", "zoho_id", "state")
UNIQUE = ("connection_id", "entity", "zoho_id", "trigger", "fingerprint", "salt")


@JOURNAL
def record(q: Statement, **columns: list[Any]) -> Iterator[Values]:
    names = list(columns)
    before = list(q.all("events"))
    stored: list[Values] = []
    for cells in zip(*columns.values(), strict=True):
        given = dict(zip(names, cells, strict=True))
        connection = q.get("connections", int(given["connections"]))
        if connection is not None and (event := _add(q, given, connection, before)):
            stored.append(event)
    for event in stored:
        if event["state"] == "decided":
            _not_served(q, event)
        yield pick(event, *SHOWN)


def _add(q: Statement, given: Values, connection: Values, before: list[Values]) -> Values | None:
    mark = bytes(given["fingerprints"])
    document = (connection["id"], given["entities"], given["zoho_ids"])
    others = [
        event["id"]
        for event in before
        if (event["connection_id"], event["entity"], event["zoho_id"]) == document
        and event["fingerprint"] != mark
    ]
    held = given["states"] == "undecided" and not connection["enabled"]
    event = {
        "id": q.number("events"),
        "connection_id": connection["id"],
        "entity": given["entities"],
        "zoho_id": given["zoho_ids"],
        "trigger": given["triggers"],
        "source": given["sources"],
        "traceparent": given["traces"],
        "touches": given["touches"].split(" ") if given["touches"] else [],
        "modified_at": datetime.fromisoformat(given["modified"]) if given["modified"] else None,
        "fingerprint": mark,
        "salt": 0 if given["versioned"] else max(others, default=0),
        "content_type": given["types"],
        "body": given["bodies"],
        "request_id": given["requests"],
        "received_at": q.now,
        "published_at": None,
        "state": "held" if held else given["states"],
        "reason": given["reasons"],
        "failures": 0,
        "decided_at": None,
    }
    mine = tuple(event[name] for name in UNIQUE)
    await_foreign(q, "events", lambda row: tuple(row[n] for n in UNIQUE) == mine, q.raw("events"))
    if any(tuple(row[name] for name in UNIQUE) == mine for row in q.all("events")):
        return None
    return q.insert("events", event)


def _not_served(q: Statement, event: Values) -> None:
    q.insert(
        "decisions",
        {
            "id": q.number("decisions"),
            "connection_id": event["connection_id"],
            "event_id": event["id"],
            "entity": event["entity"],
            "zoho_id": event["zoho_id"],
            "action": "-",
            "key": None,
            "outcome": "withheld",
            "code": "not_served",
            "reason": event["reason"],
            "decided_at": q.now,
        },
    )


@JOURNAL
def find_repeats(q: Statement, **columns: list[Any]) -> Iterator[Values]:
    wanted = set(zip(*columns.values(), strict=True))
    newest: dict[tuple[Any, ...], Values] = {}
    for e in q.all("events"):
        given = (str(e["connection_id"]), e["entity"], e["zoho_id"], e["trigger"], e["fingerprint"])
        if given in wanted:
            newest[given[:3]] = max(newest.get(given[:3], e), e, key=lambda event: event["id"])
    for event in newest.values():
        yield pick(event, *SHOWN)


@KNOCKS
def mark_published(q: Statement, ids: list[int]) -> None:
    for event in list(of(q, "events", state="undecided")):
        if event["id"] in ids:
            q.update(event, published_at=q.now)


@KNOCKS
def claim_unpublished(
    q: Statement, older_than: float, again_after: float, most: int
) -> Iterator[Values]:
    def is_due(event: Values) -> bool:
        published, received = event["published_at"], event["received_at"]
        if published is None:
            return bool(received < q.now - seconds(older_than))
        return bool(published < q.now - max(seconds(again_after), published - received))

    knocked = [e for e in of(q, "events", state="undecided") if e["entity"] != "xero_contact"]
    waiting = [event for event in knocked if is_due(event) and q.is_free(event)]
    for event in sorted(waiting, key=lambda each: each["id"])[:most]:
        q.update(event, published_at=q.now)
        yield pick(event, "id", "connection_id", "entity", "trigger", "zoho_id", "request_id")


@KNOCKS
def unmark_published(q: Statement, ids: list[int]) -> None:
    for event in list(of(q, "events", state="undecided")):
        if event["id"] in ids:
            q.update(event, published_at=None)


@KNOCKS
def count_unpublished(q: Statement) -> Iterator[Values]:
    waiting = of(q, "events", state="undecided", published_at=None)
    yield {"count": sum(1 for event in waiting if event["entity"] != "xero_contact")}
