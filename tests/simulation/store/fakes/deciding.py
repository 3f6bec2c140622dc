"""The processors' queries."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.tools import as_jsonb, of, pick
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

DECIDING = FAKES.add("processors/shell/shell.sql")
EVENT = (
    "id connection_id entity zoho_id trigger source touches modified_at content_type body"
    " request_id traceparent received_at state failures reason"
).split()
KEPT = "entity zoho_id snapshot told modified_at deleted used".split()
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
    yield {"min": _earlier(q, documents, before, connection_id=connection_id)}


def _earlier(q: Statement, documents: list[str], before: int, **where: Any) -> int | None:
    wanted = set(documents)
    earlier = [
        event["id"]
        for event in of(q, "events", state="undecided", **where)
        if event["id"] < before and not wanted.isdisjoint(event["touches"])
    ]
    return min(earlier, default=None)


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
        yield pick(document, *KEPT)


@DECIDING
def load_documents(q: Statement, **names: Any) -> Iterator[Values]:
    for document in _documents(q, **names):
        yield pick(document, *KEPT)


@DECIDING
def standing(
    q: Statement,
    *,
    connection_id: int,
    event_id: int,
    touched: list[str],
    alone: bool,
    entities: list[str],
    zoho_ids: list[str],
    keys: list[str],
) -> Iterator[Values]:
    event = q.get("events", event_id)
    connection = q.get("connections", connection_id)
    if not event or not connection:
        return
    own = pick(event, "connection_id", "entity", "zoho_id")
    where = own if alone else {"connection_id": connection_id}
    asked = [*of(q, "decisions", **own, outcome="applied"), *of(q, "commands", **own)]
    yield {
        "state": event["state"],
        **pick(connection, *BOOKS),
        "earlier": _earlier(q, touched, event_id, **where),
        "exported": bool(asked),
        "linked": [key for key in keys if q.get("links", connection_id, key)],
        "buried": [
            number
            for named in zip(entities, zoho_ids, strict=True)
            for number in _buried(q, connection_id, *named)
        ],
    }


def _buried(q: Statement, connection_id: int, entity: str, zoho_id: str) -> Iterator[list[str]]:
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
            yield [void["key"], number]


@DECIDING
def on_its_way(
    q: Statement, connection_id: int, link: str, role: str, at: datetime | None
) -> Iterator[Values]:
    linked = q.get("links", connection_id, link)
    document = linked and q.get("documents", connection_id, "xero_contact", linked["xero_id"])
    shown = (document and document["snapshot"]) or {}
    if document is None or "former" not in shown:
        return
    own = pick(document, "connection_id", "entity", "zoho_id")
    asked = [
        command
        for command in of(q, "commands", **own, key=f"zoho_contact:{own['zoho_id']}:{role}")
        if command["state"] not in ("superseded", "skipped")
        and (command["finished_at"] is None or at is None or command["finished_at"] > at)
    ]
    bodies = [command["body"] for command in sorted(asked, key=lambda each: int(each["id"]))]
    yield {"former": shown["former"], "asked": bodies}


@DECIDING
def add_decision(q: Statement, **columns: Any) -> None:
    q.refer("events", columns["event_id"])
    q.insert("decisions", {"id": q.number("decisions"), **columns, "decided_at": q.now})


@DECIDING
def conclude(
    q: Statement,
    *,
    connection_id: int,
    event_id: int,
    state: str,
    reason: str | None,
    decisions: list[Values],
    documents: list[Values],
    modified_at: datetime | None,
    replaced: str,
) -> None:
    for event in list(of(q, "events", id=event_id, state="undecided")):
        q.update(event, state=state, reason=reason, decided_at=q.now)
        if state == "decided":
            _free_parked(q, event, modified_at, replaced)
    for known in documents:
        _save_document(q, connection_id, known)
    for decision in sorted(decisions, key=lambda each: each["place"]):
        shown = {name: value for name, value in decision.items() if name != "place"}
        add_decision(q, connection_id=connection_id, event_id=event_id, **shown)


def _save_document(q: Statement, connection_id: int, known: Values) -> None:
    document = q.get("documents", connection_id, known["entity"], known["zoho_id"])
    if document is not None:
        kept = pick(known, "number", "day", "modified_at", "deleted", "used")
        told = {name: as_jsonb(known[name]) for name in ("snapshot", "told")}
        version = known["version"] or document["last_event_id"]
        q.update(document, **kept, **told, last_event_id=version, updated_at=q.now)


def _free_parked(q: Statement, newer: Values, modified_at: datetime | None, replaced: str) -> None:
    own = pick(newer, "connection_id", "entity", "zoho_id")
    for event in list(of(q, "events", state="parked", **own)):
        at = event["modified_at"]
        if event["id"] < newer["id"] and (modified_at is None or at is None or at <= modified_at):
            q.update(event, state="superseded", reason=replaced, decided_at=q.now)


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
