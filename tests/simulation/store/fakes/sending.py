"""The queries that commit a request before it is sent."""

from collections.abc import Iterator
from typing import Any

import asyncpg

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.leasing import lease_of
from tests.simulation.store.fakes.tools import just_sent, of, pick, seconds
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

SENDING = FAKES.add("outbox/xero/sending.sql")
TWINS = FAKES.add("outbox/xero/twins.sql")


@SENDING
def may_send(
    q: Statement, connection_id: int, holder: str, fence: int, budget: float
) -> Iterator[Values]:
    lease = lease_of(q, connection_id, holder, fence)
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
        # What may be waited for comes first: what a statement holds that waits is not replayed.
        q.share(connection)
        q.share(lease)
    yield {"exists": may}


@SENDING
def add_attempt(
    q: Statement, connection_id: int, command_ids: list[int], **columns: Any
) -> Iterator[Values]:
    number = q.number("attempts")
    if any(a["idempotency_key"] == columns["idempotency_key"] for a in q.all("attempts")):
        raise asyncpg.UniqueViolationError("attempts_connection_id_idempotency_key_key")
    born = {"system": "xero", "repeatable": True, **just_sent(q)}
    own = {"id": number, "connection_id": connection_id}
    attempt = q.insert("attempts", {**own, **columns, **born}) or {}
    for place, command_id in enumerate(command_ids):
        member = {"attempt_id": number, "command_id": command_id, "place": place}
        q.insert("attempt_members", {**member, "outcome": "unknown", "message": None})
        command = q.get("commands", command_id)
        if command is not None:
            q.update(command, state="sending", cause=None, reason=None)

    until = (q.get("connections", connection_id) or {})["look_first_until"]
    restored = until is not None and until > q.now
    yield {**pick(attempt, "id", "first_sent_at"), "restored": restored}


@TWINS
def shared(q: Statement, connection_id: int, xero_ids: list[str]) -> Iterator[Values]:
    for link in sorted(of(q, "links", connection_id=connection_id), key=lambda each: each["key"]):
        if link["xero_id"] not in xero_ids or not link["key"].startswith("contact:"):
            continue
        commands = list(of(q, "commands", connection_id=connection_id, key=link["key"]))
        known = q.get("documents", connection_id, "contact", link["key"].removeprefix("contact:"))
        gone = known is None or known["deleted"]
        done = [c for c in commands if c["kind"] == "contact.put" and c["state"] == "done"]
        last = max(done, key=lambda each: each["id"], default=None)
        yield {
            **pick(link, "key", "xero_id"),
            "body": None if gone or last is None else last["body"],
            "expected": None if gone or last is None else last["expected"],
            "travels": any(c["state"] in ("sending", "ambiguous") for c in commands),
        }
