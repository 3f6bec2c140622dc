"""The queries by which contacts that Xero told of are decided."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.tools import as_jsonb, of
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

READING = FAKES.add("processors/xero/journal.sql")


@READING
def books(q: Statement, connection_id: int) -> Iterator[Values]:
    connection = q.get("connections", connection_id)
    if connection is not None:
        yield {
            **{name: connection[name] for name in ("id", "name", "enabled", "base_currency")},
            "imports": connection["config"].get("import"),
        }


@READING
def waiting(q: Statement, connection_id: int, most: int) -> Iterator[Values]:
    found: dict[str, int] = {}
    for event in _told(q, connection_id):
        found[event["zoho_id"]] = min(event["id"], found.get(event["zoho_id"], event["id"]))
    for zoho_id in sorted(found, key=lambda each: found[each])[:most]:
        yield {"id": zoho_id}


def _told(q: Statement, connection_id: int) -> list[Values]:
    where = {"connection_id": connection_id, "entity": "xero_contact", "state": "undecided"}
    return sorted(of(q, "events", **where), key=lambda event: int(event["id"]))


@READING
def twins(q: Statement, connection_id: int, xero_id: str) -> Iterator[Values]:
    links = of(q, "links", connection_id=connection_id, xero_id=xero_id)
    keys = (link["key"].split(":") for link in links)
    for zoho_id in sorted(zoho_id for kind, zoho_id in keys if kind == "contact"):
        yield {"zoho_id": zoho_id}


@READING
def told_of(q: Statement, connection_id: int, xero_id: str) -> Iterator[Values]:
    for event in _told(q, connection_id):
        if event["zoho_id"] == xero_id:
            q.lock(event)
            yield {"id": event["id"]}


@READING
def add_event(
    q: Statement, connection_id: int, xero_id: str, state: str, **columns: Any
) -> Iterator[Values]:
    own = {"connection_id": connection_id, "entity": "xero_contact", "zoho_id": xero_id}
    event = {
        "id": q.number("events"),
        **own,
        "trigger": "edited",
        "state": state,
        **columns,
        "salt": 1 + sum(1 for _ in of(q, "events", **own)),
        "content_type": "application/json",
        "received_at": q.now,
        "published_at": None,
        "reason": None,
        "failures": 0,
        "decided_at": q.now if state == "decided" else None,
        "traceparent": None,
    }
    q.insert("events", event)
    yield {"id": event["id"]}


@READING
def end_events(q: Statement, ids: list[int], state: str, reason: str | None) -> None:
    for event in [event for event in q.all("events") if event["id"] in ids]:
        q.update(event, state=state, reason=reason, decided_at=q.now)


@READING
def see(
    q: Statement,
    connection_id: int,
    xero_id: str,
    number: str,
    snapshot: Any,
    modified_at: datetime | None,
) -> None:
    document = q.get("documents", connection_id, "xero_contact", xero_id)
    if document is not None:
        stamps = [at for at in (document["modified_at"], modified_at) if at is not None]
        seen = {"modified_at": max(stamps, default=None), "updated_at": q.now}
        q.update(document, number=number, snapshot=as_jsonb(snapshot), **seen)


@READING
def tell(q: Statement, connection_id: int, zoho_id: str, told: Any) -> None:
    document = q.get("documents", connection_id, "contact", zoho_id)
    if document is not None:
        q.update(document, told={**document["told"], **as_jsonb(told)}, updated_at=q.now)


@READING
def unsent_body(q: Statement, connection_id: int, key: str) -> Iterator[Values]:
    found = [
        command
        for command in of(q, "commands", connection_id=connection_id, key=key)
        if command["kind"] == "zoho_contact.put" and command["state"] in ("pending", "parked")
    ]
    if found:
        yield {"body": max(found, key=lambda command: int(command["id"]))["body"]}


@READING
def under_way(
    q: Statement, connection_id: int, keys: list[str], states: list[str]
) -> Iterator[Values]:
    commands = of(q, "commands", connection_id=connection_id)
    yield {"exists": any(c["key"] in keys and c["state"] in states for c in commands)}
