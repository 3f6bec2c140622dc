"""The outbox's queries."""

from collections.abc import Iterator
from typing import Any

import asyncpg

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.tools import between, of, pick, seconds
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

LEASE = FAKES.add("outbox/lease.sql")
SEND = FAKES.add("outbox/xero/send.sql")
UNCLEAR = ("unknown", "ambiguous")


@SEND
def ready(
    q: Statement, connection_id: int, kinds: list[str], lanes: int, busy: list[int], most: int
) -> Iterator[Values]:
    found = [
        command
        for command in of(q, "commands", connection_id=connection_id, state="pending")
        if command["system"] == "xero"
        and not command["asleep"]
        and command["kind"] in kinds
        and command["not_before"] <= q.now
        and command["lane"] <= lanes
        and command["id"] not in busy
        and may_go(q, command)
    ]
    found.sort(key=lambda command: (command["lane"], command["id"]))
    free = [command for command in found if q.is_free(command)]
    shown = (
        "id kind key body expected failures lane created_at event_id request_id traceparent".split()
    )
    for command in free[:most]:
        q.lock(command)
        yield {
            **pick(command, *shown),
            "xero_id": xero_id_of(q, command),
            "looked": command["looked_at"] is not None,
            "alone": command["cause"] == "split"
            or (command["cause"] == "absent" and absences(q, command) > 1),
        }


def absences(q: Statement, command: Values) -> int:
    """How many requests for a command came to nothing."""
    return sum(1 for _ in of(q, "attempt_members", command_id=command["id"], outcome="absent"))


def xero_id_of(q: Statement, command: Values) -> str | None:
    """Xero's id of a command's thing."""
    link = q.get("links", command["connection_id"], command["key"])
    return link["xero_id"] if link else None


def waits(q: Statement, command: Values) -> bool:
    """Whether a command stands behind another one, or needs what Xero doesn't hold."""
    mine = {t["document"]: t["position"] for t in of(q, "tickets", command_id=command["id"])}
    ahead = any(
        ticket["position"] < mine.get(ticket["document"], 0)
        for ticket in of(q, "tickets", connection_id=command["connection_id"], open=True)
    )
    return ahead or not all(
        q.get("links", need["connection_id"], need["key"])
        for need in of(q, "needs", command_id=command["id"])
    )


def may_go(q: Statement, command: Values) -> bool:
    """Whether nothing of ours stands before a command."""
    if waits(q, command):
        return False
    connection_id = command["connection_id"]
    mine = {ticket["document"] for ticket in of(q, "tickets", command_id=command["id"])}
    return not any(
        event["id"] < command["event_id"] and not mine.isdisjoint(event["touches"])
        for event in of(q, "events", connection_id=connection_id)
        if event["state"] in ("undecided", "parked")
    )


@SEND
def next_due(q: Statement, connection_id: int) -> Iterator[Values]:
    due = [
        command["not_before"]
        for command in of(q, "commands", connection_id=connection_id, state="pending")
        if command["system"] == "xero"
        and command["failures"] > 0
        and command["not_before"] > q.now - seconds(1)
        and command["not_before"] > command["created_at"]
    ]
    if due:
        yield {"seconds": max(between(min(due), q.now), 0.0)}


@SEND
def links_of(q: Statement, connection_id: int, keys: list[str]) -> Iterator[Values]:
    for link in of(q, "links", connection_id=connection_id):
        if link["key"] in keys:
            yield pick(link, "key", "xero_id")


def _lease(q: Statement, connection_id: int, holder: str, fence: int) -> Values | None:
    lease = q.get("leases", connection_id)
    held = lease and lease["holder"] == holder and lease["fence"] == fence
    return lease if held else None


@SEND
def may_send(
    q: Statement, connection_id: int, holder: str, fence: int, budget: float
) -> Iterator[Values]:
    lease = _lease(q, connection_id, holder, fence)
    connection = q.get("connections", connection_id)
    may = bool(
        lease
        and connection
        and lease["expires_at"] > q.now + seconds(budget)
        and connection["enabled"]
        and not connection["blocked"]
        and (connection["paused_until"] is None or connection["paused_until"] <= q.now)
    )
    if may and lease and connection:
        q.share(lease)
        q.share(connection)
    yield {"exists": may}


@SEND
def add_attempt(q: Statement, **columns: Any) -> Iterator[Values]:
    number = q.number("attempts")
    if any(a["idempotency_key"] == columns["idempotency_key"] for a in q.all("attempts")):
        raise asyncpg.UniqueViolationError("attempts_connection_id_idempotency_key_key")
    born = {
        "system": "xero",
        "redacted_at": None,
        "sends": 1,
        "repeatable": True,
        "looked_at": None,
        "absent_reads": 0,
        "first_sent_at": q.now,
        "last_sent_at": q.now,
        "outcome": "unknown",
        "status": None,
        "message": None,
        "ended_at": None,
    }
    yield pick(q.insert("attempts", {"id": number, **columns, **born}) or {}, "id", "first_sent_at")


@SEND
def add_members(q: Statement, attempt_id: int, command_ids: list[int]) -> None:
    for place, command_id in enumerate(command_ids):
        member = {"attempt_id": attempt_id, "command_id": command_id, "place": place}
        q.insert("attempt_members", {**member, "outcome": "unknown", "message": None})
        command = q.get("commands", command_id)
        if command is not None:
            q.update(command, state="sending", cause=None, reason=None)


@SEND
def restored(q: Statement, connection_id: int) -> Iterator[Values]:
    connection = q.get("connections", connection_id)
    if connection is not None:
        until = connection["look_first_until"]
        yield {"restored": until is not None and until > q.now}


@SEND
def resend(
    q: Statement, attempt_id: int, connection_id: int, holder: str, fence: int
) -> Iterator[Values]:
    attempt = q.get("attempts", attempt_id)
    lease = _lease(q, connection_id, holder, fence)
    connection = q.get("connections", connection_id)
    if (
        attempt
        and connection
        and connection["enabled"]
        and attempt["connection_id"] == connection_id
        and attempt["outcome"] == "ambiguous"
        and lease
        and lease["expires_at"] > q.now + seconds(35)
    ):
        sent = q.update(attempt, sends=attempt["sends"] + 1, last_sent_at=q.now)
        yield pick(sent, "id", "sends")


@LEASE
def holds_lease(q: Statement, connection_id: int, holder: str, fence: int) -> Iterator[Values]:
    lease = _lease(q, connection_id, holder, fence)
    if lease is not None:
        q.share(lease)
    yield {"exists": lease is not None}


@SEND
def end_attempt(
    q: Statement, attempt_id: int, repeatable: bool, ended: bool, **columns: Any
) -> None:
    attempt = q.get("attempts", attempt_id)
    if attempt is not None:
        ended_at = q.now if ended else None
        repeatable = attempt["repeatable"] and repeatable
        q.update(attempt, repeatable=repeatable, ended_at=ended_at, **columns)


@SEND
def end_members(
    q: Statement,
    attempt_id: int,
    command_ids: list[int],
    outcomes: list[str],
    messages: list[str | None],
) -> None:
    for command_id, outcome, message in zip(command_ids, outcomes, messages, strict=True):
        member = q.get("attempt_members", attempt_id, command_id)
        if member is not None:
            q.update(member, outcome=outcome, message=message)


@SEND
def set_states(q: Statement, **columns: list[Any]) -> None:
    for number, state, cause, reason, wait in zip(
        *(columns[name] for name in ("ids", "states", "causes", "reasons", "waits")), strict=True
    ):
        command = q.get("commands", number)
        if command is not None and command["state"] not in ("done", "superseded", "skipped"):
            again = {"failures": command["failures"] + 1, "not_before": q.now + seconds(wait)}
            q.update(command, state=state, cause=cause, reason=reason, **again)
