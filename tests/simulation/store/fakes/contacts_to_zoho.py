"""The queries by which contacts are written to Zoho."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.deciding import blank_document
from tests.simulation.store.fakes.tools import (
    as_jsonb,
    between,
    close_tickets,
    just_sent,
    note_move,
    of,
    pick,
    seconds,
)
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

WRITING = FAKES.add("outbox/zoho/zoho.sql")
ENDED = ("done", "superseded", "skipped")


@WRITING
def next_command(q: Statement, connection_id: int) -> Iterator[Values]:
    connection = q.get("connections", connection_id)
    if connection is None or not connection["enabled"]:
        return
    found = [
        command
        for command in of(q, "commands", connection_id=connection_id, system="zoho")
        if command["kind"] == "zoho_contact.put"
        and command["state"] in ("pending", "ambiguous")
        and command["not_before"] <= q.now
        and not _stands_behind(q, command)
    ]
    if found:
        command = min(found, key=lambda each: (each["lane"], each["id"]))
        attempt = _unclear(q, command) or {}
        sent_at = attempt.get("last_sent_at")
        yield {
            **pick(command, "id", "kind", "key", "body", "expected", "state", "failures"),
            "attempt_id": attempt.get("id"),
            "method": attempt.get("method"),
            "absent_reads": attempt.get("absent_reads", 0),
            "silence": between(q.now, sent_at) if sent_at else 0.0,
        }


def _stands_behind(q: Statement, command: Values) -> bool:
    mine = {t["document"]: t["position"] for t in of(q, "tickets", command_id=command["id"])}
    queues = of(q, "tickets", connection_id=command["connection_id"], open=True)
    return any(ticket["position"] < mine.get(ticket["document"], 0) for ticket in queues)


def _unclear(q: Statement, command: Values) -> Values | None:
    members = of(q, "attempt_members", command_id=command["id"])
    attempts = [q.get("attempts", member["attempt_id"]) for member in members]
    unclear = [each for each in attempts if each and each["outcome"] == "ambiguous"]
    return max(unclear, key=lambda each: int(each["id"]), default=None)


@WRITING
def may_send(
    q: Statement, connection_id: int, holder: str, fence: int, budget: float
) -> Iterator[Values]:
    lease, connection = q.get("leases", connection_id), q.get("connections", connection_id)
    may = bool(
        lease
        and connection
        and (lease["holder"], lease["fence"]) == (holder, fence)
        and lease["expires_at"] > q.now + seconds(budget)
        and connection["enabled"]
    )
    if may and lease and connection:
        q.share(lease)
        q.share(connection)
    yield {"exists": may}


@WRITING
def take(q: Statement, command_id: int) -> Iterator[Values]:
    command = q.get("commands", command_id)
    free = command is not None and command["state"] == "pending"
    if command is not None and free:
        q.update(command, state="sending", cause=None, reason=None)
    yield {"taken": free}


@WRITING
def add_attempt(q: Statement, command_id: int, **columns: Any) -> Iterator[Values]:
    number = q.number("attempts")
    born = {"system": "zoho", "generation": 0, "repeatable": False, **just_sent(q)}
    q.insert("attempts", {"id": number, **columns, **born})
    member = {"attempt_id": number, "command_id": command_id, "place": 0}
    q.insert("attempt_members", {**member, "outcome": "unknown", "message": None})
    yield {"id": number}


@WRITING
def end_attempt(
    q: Statement, attempt_id: int, command_id: int, outcome: str, message: str | None
) -> None:
    attempt = q.get("attempts", attempt_id)
    member = q.get("attempt_members", attempt_id, command_id)
    if attempt is not None and member is not None:
        ended_at = None if outcome == "ambiguous" else q.now
        q.update(attempt, outcome=outcome, message=message, ended_at=ended_at)
        q.update(member, outcome=outcome, message=message)


@WRITING
def looked(q: Statement, attempt_id: int) -> None:
    attempt = q.get("attempts", attempt_id)
    if attempt is not None:
        q.update(attempt, looked_at=q.now, absent_reads=attempt["absent_reads"] + 1)


@WRITING
def set_state(q: Statement, command_id: int, wait: float, **columns: Any) -> None:
    command = q.get("commands", command_id)
    if command is not None and command["state"] not in ENDED:
        again = {"failures": command["failures"] + 1, "not_before": q.now + seconds(wait)}
        q.update(command, **columns, **again)


@WRITING
def end_command(q: Statement, command_id: int, xero_id: str, reason: str | None) -> None:
    command = q.get("commands", command_id)
    if command is not None and command["state"] not in ("superseded", "skipped"):
        ended = {"state": "done", "cause": None, "finished_at": q.now}
        q.update(command, reason=reason, xero_id=xero_id, **ended)
        close_tickets(q, [command_id])


@WRITING
def owner(q: Statement, connection_id: int, key: str) -> Iterator[Values]:
    held = q.get("links", connection_id, key)
    if held is not None:
        yield pick(held, "xero_id")


@WRITING
def link(q: Statement, connection_id: int, key: str, xero_id: str) -> None:
    new = {"connection_id": connection_id, "key": key, "xero_id": xero_id, "number": None}
    if q.insert("links", {**new, "linked_at": q.now}) is not None:
        note_move(q, connection_id, keys=[key])
        return
    kept = q.get("links", connection_id, key)
    if kept is not None:
        q.update(kept, xero_id=xero_id)


@WRITING
def know_contact(
    q: Statement, connection_id: int, zoho_id: str, number: str, snapshot: Any
) -> None:
    known = {"number": number, "snapshot": as_jsonb(snapshot)}
    blank = blank_document(q, connection_id, "contact", zoho_id)
    if q.insert("documents", {**blank, **known}) is None:
        kept = q.get("documents", connection_id, "contact", zoho_id)
        if kept is not None:
            q.update(kept, **{n: v if kept[n] is None else kept[n] for n, v in known.items()})


@WRITING
def twin(q: Statement, connection_id: int, xero_id: str, contact_type: str) -> Iterator[Values]:
    for each in of(q, "links", connection_id=connection_id, xero_id=xero_id):
        kind, _, zoho_id = each["key"].partition(":")
        document = q.get("documents", connection_id, "contact", zoho_id)
        shown = (document or {}).get("snapshot") or {}
        if kind == "contact" and shown.get("contact_type") == contact_type:
            yield {"zoho_id": zoho_id}
            return
