"""The processors' queries."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.tools import OPEN_STATES, as_jsonb, of, pick
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

DECIDING = FAKES.add("processors/shell/queries.sql")
EVENT = (
    "id connection_id entity zoho_id trigger source touches modified_at content_type body"
    " request_id traceparent received_at state failures reason"
).split()
BOOKS = "enabled config cutover timezone base_currency imported_accounts tax_rates".split()


@DECIDING
def load_event(q: Statement, event_id: int) -> Iterator[Values]:
    event = q.get("events", event_id)
    connection = event and q.get("connections", event["connection_id"])
    if event and connection:
        name = {"connection_name": connection["name"]}
        yield {**pick(event, *EVENT), **name, **pick(connection, *BOOKS)}


@DECIDING
def first_undecided(
    q: Statement, connection_id: int, documents: list[str], before: int
) -> Iterator[Values]:
    wanted = set(documents)
    earlier = [
        event["id"]
        for event in of(q, "events", connection_id=connection_id, state="undecided")
        if event["id"] < before and not wanted.isdisjoint(event["touches"])
    ]
    yield {"min": min(earlier, default=None)}


def blank_document(q: Statement, connection_id: int, entity: str, zoho_id: str) -> Values:
    """A document's row as it is born."""
    return {
        "connection_id": connection_id,
        "entity": entity,
        "zoho_id": zoho_id,
        "number": None,
        "day": None,
        "snapshot": None,
        "told": {},
        "modified_at": None,
        "deleted": False,
        "used": False,
        "last_position": 0,
        "last_event_id": None,
        "updated_at": q.now,
    }


@DECIDING
def add_documents(
    q: Statement, connection_id: int, entities: list[str], zoho_ids: list[str]
) -> None:
    for entity, zoho_id in sorted(zip(entities, zoho_ids, strict=True)):
        q.insert("documents", blank_document(q, connection_id, entity, zoho_id))


def _documents(
    q: Statement, connection_id: int, entities: list[str], zoho_ids: list[str]
) -> Iterator[Values]:
    for entity, zoho_id in zip(entities, zoho_ids, strict=True):
        document = q.get("documents", connection_id, entity, zoho_id)
        if document is not None:
            yield document


@DECIDING
def lock_documents(q: Statement, **names: Any) -> Iterator[Values]:
    found = sorted(_documents(q, **names), key=lambda d: (d["entity"], d["zoho_id"]))
    for document in found:
        q.lock(document)
        yield pick(document, "zoho_id")


@DECIDING
def load_documents(q: Statement, **names: Any) -> Iterator[Values]:
    shown = "entity zoho_id snapshot told modified_at deleted used".split()
    asked = [*of(q, "decisions", outcome="applied"), *q.all("commands")]
    applied = {(row["connection_id"], row["entity"], row["zoho_id"]) for row in asked}
    for document in _documents(q, **names):
        key = (document["connection_id"], document["entity"], document["zoho_id"])
        yield {**pick(document, *shown), "exported": key in applied}


@DECIDING
def linked(q: Statement, connection_id: int, keys: list[str]) -> Iterator[Values]:
    for link in of(q, "links", connection_id=connection_id):
        if link["key"] in keys:
            yield pick(link, "key")


@DECIDING
def unfinished(q: Statement, connection_id: int, keys: list[str]) -> Iterator[Values]:
    found = [
        command
        for command in of(q, "commands", connection_id=connection_id)
        if command["key"] in keys and command["state"] in OPEN_STATES
    ]
    for command in sorted(found, key=lambda each: each["id"]):
        q.lock(command)
        yield {"key": command["key"], "unsent": command["state"] in ("pending", "parked")}


@DECIDING
def buried(
    q: Statement, connection_id: int, entities: list[str], zoho_ids: list[str]
) -> Iterator[Values]:
    for entity, zoho_id in zip(entities, zoho_ids, strict=True):
        own = {"connection_id": connection_id, "entity": entity, "zoho_id": zoho_id}
        commands = list(of(q, "commands", **own))
        for void in commands:
            if not void["kind"].endswith(".void") or void["state"] in ("superseded", "skipped"):
                continue
            puts = [
                c
                for c in commands
                if c["key"] == void["key"]
                and c["id"] < void["id"]
                and c["kind"].endswith(".put")
                and c["state"] != "superseded"
            ]
            number = max(puts, key=lambda c: c["id"])["expected"].get("number") if puts else None
            if number is not None:
                yield {"key": void["key"], "number": number}


@DECIDING
def add_decision(q: Statement, **columns: Any) -> None:
    q.refer("events", columns["event_id"])
    q.insert("decisions", {"id": q.number("decisions"), **columns, "decided_at": q.now})


@DECIDING
def save_document(
    q: Statement,
    connection_id: int,
    entity: str,
    zoho_id: str,
    snapshot: Any,
    told: Any,
    **columns: Any,
) -> None:
    document = q.get("documents", connection_id, entity, zoho_id)
    if document is not None:
        told, snapshot = as_jsonb(told), as_jsonb(snapshot)
        q.update(document, snapshot=snapshot, told=told, updated_at=q.now, **columns)


@DECIDING
def mark_version(
    q: Statement, connection_id: int, entity: str, zoho_id: str, event_id: int
) -> None:
    document = q.get("documents", connection_id, entity, zoho_id)
    if document is not None:
        q.update(document, last_event_id=event_id)


@DECIDING
def end_event(q: Statement, event_id: int, state: str, reason: str | None) -> None:
    for event in list(of(q, "events", id=event_id, state="undecided")):
        q.update(event, state=state, reason=reason, decided_at=q.now)


@DECIDING
def free_parked(
    q: Statement,
    before: int,
    modified_at: datetime | None,
    reason: str,
    **own: Any,
) -> None:
    for event in list(of(q, "events", state="parked", **own)):
        at = event["modified_at"]
        if event["id"] < before and (modified_at is None or at is None or at <= modified_at):
            q.update(event, state="superseded", reason=reason, decided_at=q.now)


@DECIDING
def hold_event(q: Statement, event_id: int) -> None:
    for event in list(of(q, "events", id=event_id, state="undecided")):
        q.update(event, state="held")


@DECIDING
def count_failure(q: Statement, event_id: int) -> Iterator[Values]:
    for event in list(of(q, "events", id=event_id, state="undecided")):
        yield pick(q.update(event, failures=event["failures"] + 1), "failures")


@DECIDING
def note_failure(q: Statement, event_id: int, reason: str) -> None:
    for event in list(of(q, "events", id=event_id, state="undecided")):
        q.update(event, reason=reason)
