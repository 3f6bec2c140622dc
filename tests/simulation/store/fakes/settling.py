"""The rest of the outbox's queries: links, look-ups, pauses, ends."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.sending import LEASE, SEND, UNCLEAR, absences, xero_id_of
from tests.simulation.store.fakes.tools import between, close_tickets, note_move, of, pick, seconds
from tests.simulation.store.statement import Statement


@SEND
def add_links(
    q: Statement,
    connection_id: int,
    keys: list[str],
    xero_ids: list[str],
    numbers: list[str | None],
) -> None:
    added = []
    for key, xero_id, number in zip(keys, xero_ids, numbers, strict=True):
        link = {"connection_id": connection_id, "key": key, "xero_id": xero_id, "number": number}
        if q.insert("links", {**link, "linked_at": q.now}) is not None:
            added.append(key)
        else:
            kept = q.get("links", connection_id, key)
            assert kept is not None
            q.update(kept, xero_id=xero_id, number=number or kept["number"])
    if added:
        note_move(q, connection_id, keys=added)


@SEND
def linked_ids(q: Statement, connection_id: int, xero_ids: list[str]) -> Iterator[Values]:
    for link in of(q, "links", connection_id=connection_id):
        if link["xero_id"] in xero_ids:
            yield pick(link, "xero_id")


@SEND
def drop_links(q: Statement, connection_id: int, keys: list[str]) -> None:
    for link in list(of(q, "links", connection_id=connection_id)):
        if link["key"] in keys:
            q.delete(link)


@SEND
def give_up(q: Statement, ids: list[int], most: int, cause: str, reason: str) -> None:
    for number in ids:
        command = q.get("commands", number)
        if command and command["state"] == "pending" and absences(q, command) >= most:
            q.update(command, state="parked", cause=cause, reason=reason)


@SEND
def mark_looked(q: Statement, ids: list[int]) -> None:
    for number in ids:
        command = q.get("commands", number)
        if command is not None:
            q.update(command, looked_at=q.now)


@SEND
def open_attempts(q: Statement, connection_id: int) -> Iterator[Values]:
    shown = (
        "id idempotency_key method path body generation sends repeatable first_sent_at"
        " last_sent_at looked_at absent_reads status outcome"
    ).split()
    found = [
        a
        for a in of(q, "attempts", connection_id=connection_id, system="xero")
        if a["outcome"] in UNCLEAR
    ]
    for attempt in sorted(found, key=lambda each: each["id"]):
        yield {**pick(attempt, *shown), "now": q.now}


OPEN_MEMBER = "id kind key body expected failures traceparent".split()


@SEND
def open_members(q: Statement, attempt_id: int) -> Iterator[Values]:
    members = [
        m for m in of(q, "attempt_members", attempt_id=attempt_id) if m["outcome"] in UNCLEAR
    ]
    for member in sorted(members, key=lambda each: each["place"]):
        command = q.get("commands", member["command_id"])
        if command is not None and command["state"] in ("sending", "ambiguous"):
            yield {
                **pick(command, *OPEN_MEMBER),
                "xero_id": xero_id_of(q, command),
                "looked": command["looked_at"] is not None,
                "place": member["place"],
            }


@SEND
def looked(q: Statement, attempt_id: int, counts: bool) -> Iterator[Values]:
    attempt = q.get("attempts", attempt_id)
    if attempt is not None:
        reads = attempt["absent_reads"] + (1 if counts else 0)
        yield pick(q.update(attempt, looked_at=q.now, absent_reads=reads), "absent_reads")


@SEND
def look_around(q: Statement, connection_id: int) -> Iterator[Values]:
    connection = q.get("connections", connection_id)
    if connection is not None:
        until = connection["paused_until"]
        unclear = any(
            of(q, "attempts", outcome="ambiguous", connection_id=connection_id, system="xero")
        )
        paused = max(between(until, q.now), 0.0) if until else 0.0
        lately = q.now - seconds(61)
        reads = [r for r in of(q, "xero_reads", connection_id=connection_id) if r["at"] > lately]
        yield {
            "enabled": connection["enabled"],
            "paused": paused,
            "unclear": unclear,
            "reads": len(reads),
        }


@SEND
def pause(q: Statement, connection_id: int, problem: str, **more: float) -> None:
    connection = q.get("connections", connection_id)
    if connection is not None:
        q.update(connection, paused_until=q.now + seconds(more["seconds"]), problem=problem)


@SEND
def tell_problem(q: Statement, connection_id: int, problem: str) -> None:
    connection = q.get("connections", connection_id)
    if connection is not None and connection["problem"] != problem:
        q.update(connection, problem=problem)


@SEND
def clear_problem(q: Statement, connection_id: int) -> None:
    connection = q.get("connections", connection_id)
    if connection is not None and connection["problem"] is not None:
        q.update(connection, problem=None, paused_until=None)


@SEND
def twins(q: Statement, connection_id: int, xero_ids: list[str]) -> Iterator[Values]:
    newest: dict[str, Values] = {}
    for command in of(q, "commands", connection_id=connection_id):
        link = q.get("links", connection_id, command["key"])
        if (
            link
            and link["xero_id"] in xero_ids
            and "contact_type" in command["expected"]
            and command["id"] > newest.get(command["key"], {"id": 0})["id"]
        ):
            newest[command["key"]] = {"xero_id": link["xero_id"], **command}
    for key in sorted(newest):
        kind = newest[key]["expected"]["contact_type"]
        yield {"xero_id": newest[key]["xero_id"], "contact_type": kind}


@SEND
def waited(q: Statement, ids: list[int]) -> Iterator[Values]:
    for number in dict.fromkeys(ids):
        command = q.get("commands", number)
        event = command and q.get("events", command["event_id"])
        if event:
            yield {"seconds": between(q.clock, event["received_at"])}


@SEND
def end_commands(
    q: Statement, ids: list[int], xero_ids: list[str | None], reason: str | None
) -> None:
    for number, xero_id in zip(ids, xero_ids, strict=True):
        command = q.get("commands", number)
        if command is not None:
            ended: dict[str, Any] = {"finished_at": q.now, "xero_id": xero_id or command["xero_id"]}
            q.update(command, state="done", cause=None, reason=reason, **ended)
    close_tickets(q, ids)


@LEASE
def notify(q: Statement, connection_id: int) -> Iterator[Values]:
    q.notify("outbox", str(connection_id))
    yield {"pg_notify": None}
