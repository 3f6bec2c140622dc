"""The queries by which commands enter the outbox."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.store.engine import ROW, Values
from tests.simulation.store.fakes.deciding import blank_document
from tests.simulation.store.fakes.tools import (
    OPEN_STATES,
    as_jsonb,
    close_tickets,
    of,
    pick,
)
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

APPEND = FAKES.add("outbox/append.sql")


@APPEND
def unfinished(q: Statement, connection_id: int, keys: list[str]) -> Iterator[Values]:
    found = [
        command
        for command in of(q, "commands", connection_id=connection_id)
        if command["key"] in keys and command["state"] in OPEN_STATES
    ]
    for command in sorted(found, key=lambda each: each["id"]):
        q.lock(command)
        yield pick(command, "key", "id", "kind", "state", "lane")


@APPEND
def is_linked(q: Statement, connection_id: int, key: str) -> Iterator[Values]:
    yield {"exists": q.get("links", connection_id, key) is not None}


@APPEND
def add_command(
    q: Statement,
    needs: list[str],
    entities: list[str],
    zoho_ids: list[str],
    trace: str | None,
    **columns: Any,
) -> Iterator[Values]:
    number, connection_id = q.number("commands"), columns["connection_id"]
    columns |= {"body": as_jsonb(columns["body"]), "expected": as_jsonb(columns["expected"])}
    born = {
        "asleep": False,
        "redacted_at": None,
        "traceparent": trace,
        "failures": 0,
        "not_before": q.now,
        "looked_at": None,
        "xero_id": None,
        "created_at": q.now,
        "finished_at": None,
    }
    q.insert("commands", {"id": number, **columns, **born})
    owned = {"command_id": number, "connection_id": connection_id}
    for key in dict.fromkeys(needs):
        q.insert("needs", {**owned, "key": key})
    for entity, zoho_id in zip(entities, zoho_ids, strict=True):
        position = _next_place(q, connection_id, entity, zoho_id)
        document = f"{entity}:{zoho_id}"
        q.insert("tickets", {**owned, "document": document, "position": position, "open": True})
    yield {"id": number}


def _next_place(q: Statement, connection_id: int, entity: str, zoho_id: str) -> int:
    blank = blank_document(q, connection_id, entity, zoho_id)
    if q.insert("documents", {**blank, "last_position": 1}) is not None:
        return 1
    document = q.get("documents", connection_id, entity, zoho_id)
    assert document is not None
    position: int = q.update(document, last_position=document["last_position"] + 1)["last_position"]
    return position


@APPEND
def hasten(q: Statement, connection_id: int, ids: list[int]) -> Iterator[Values]:
    asked = [c for c in of(q, "commands", connection_id=connection_id) if c["id"] in ids]
    found = [(command, min([command["lane"], *_waiting_lanes(q, command)])) for command in asked]
    for command, lane in found:  # grows by what stands before
        late = (each for each in _before(q, command) if each["lane"] > lane)
        found += [(each, lane) for each in late if (each, lane) not in found]
    sooner: dict[int, int] = {}
    for command, lane in found:
        sooner[command["id"]] = min(lane, sooner.get(command["id"], lane))
    for command in {each["id"]: each for each, _ in found}.values():
        if command["lane"] > sooner[command["id"]] and q.is_free(command):
            q.lock(command)
            q.update(command, lane=sooner[command["id"]])
    q.notify("outbox", str(connection_id))
    yield {"pg_notify": None}


def _waiting_lanes(q: Statement, command: Values) -> list[int]:
    """The lanes of those that wait for what a command makes."""
    needs = of(q, "needs", connection_id=command["connection_id"], key=command["key"])
    waiting = (q.get("commands", need["command_id"]) for need in needs)
    return [each["lane"] for each in waiting if each and each["state"] in OPEN_STATES]


def _before(q: Statement, command: Values) -> Iterator[Values]:
    """What stands next before a command in its queues, and what makes what it needs."""
    where = {"connection_id": command["connection_id"]}
    for mine in list(of(q, "tickets", command_id=command["id"])):
        queue = of(q, "tickets", **where, document=mine["document"], open=True)
        ahead = [ticket for ticket in queue if ticket["position"] < mine["position"]]
        if ahead:
            last = max(ahead, key=lambda ticket: int(ticket["position"]))
            yield q.get("commands", last["command_id"]) or {}
    for need in list(of(q, "needs", command_id=command["id"])):
        for maker in of(q, "commands", **where, key=need["key"]):
            if maker["state"] in OPEN_STATES:
                yield maker


@APPEND
def places_of(q: Statement, command_id: int) -> Iterator[Values]:
    for ticket in of(q, "tickets", command_id=command_id):
        yield pick(ticket, "document")


@APPEND
def take_place(q: Statement, command_id: int, from_id: int, documents: list[str]) -> None:
    for ticket in list(of(q, "tickets", command_id=from_id)):
        if ticket["document"] in documents:
            q.delete(ticket)
            kept = {name: value for name, value in ticket.items() if name != ROW}
            q.insert("tickets", {**kept, "command_id": command_id})


@APPEND
def supersede(
    q: Statement,
    id: int,  # noqa: A002  the query's own name for it
    reason: str,
) -> None:
    command = q.get("commands", id)
    if command is not None:
        q.update(command, state="superseded", cause=None, reason=reason, finished_at=q.now)
        close_tickets(q, [id])
