"""The queries that write down what became of requests, commands and things."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.claiming import absences
from tests.simulation.store.fakes.tools import close_tickets, note_move, of, pick, seconds
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

SETTLING = FAKES.add("outbox/xero/settling.sql")
STATES = FAKES.add("outbox/xero/states.sql")
LINKS = FAKES.add("outbox/xero/links.sql")


@SETTLING
def end_attempt(
    q: Statement, attempt_id: int, repeatable: bool, ended: bool, **columns: Any
) -> None:
    attempt = q.get("attempts", attempt_id)
    if attempt is not None:
        ended_at = q.now if ended else None
        repeatable = attempt["repeatable"] and repeatable
        q.update(attempt, repeatable=repeatable, ended_at=ended_at, **columns)


@SETTLING
def close_attempt(q: Statement, attempt_id: int, message: str) -> None:
    attempt = q.get("attempts", attempt_id)
    if attempt is not None and attempt["outcome"] == "ambiguous":
        closed = {"outcome": "absent", "repeatable": False, "ended_at": q.now}
        q.update(attempt, message=message, **closed)


@SETTLING
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


@SETTLING
def give_up(q: Statement, ids: list[int], most: int, cause: str, reason: str) -> None:
    for number in ids:
        command = q.get("commands", number)
        if command and command["state"] == "pending" and absences(q, command) >= most:
            q.update(command, state="parked", cause=cause, reason=reason)


@SETTLING
def give_way(q: Statement, ids: list[int], reason: str) -> None:
    ended = []
    for number in ids:
        command = q.get("commands", number)
        if command and command["state"] == "parked" and _is_overtaken(q, command):
            q.update(command, state="superseded", cause=None, reason=reason, finished_at=q.now)
            ended.append(number)
    close_tickets(q, ended)


def _is_overtaken(q: Statement, command: Values) -> bool:
    same = of(q, "commands", connection_id=command["connection_id"], key=command["key"])
    return any(c["id"] > command["id"] and c["state"] in ("pending", "parked") for c in same)


@STATES
def set_states(q: Statement, **columns: list[Any]) -> None:
    for number, state, cause, reason, wait in zip(
        *(columns[name] for name in ("ids", "states", "causes", "reasons", "waits")), strict=True
    ):
        command = q.get("commands", number)
        if command is not None and command["state"] not in ("done", "superseded", "skipped"):
            again = {"failures": command["failures"] + 1, "not_before": q.now + seconds(wait)}
            q.update(command, state=state, cause=cause, reason=reason, **again)


@STATES
def end_commands(
    q: Statement, ids: list[int], xero_ids: list[str | None], reason: str | None
) -> None:
    for number, xero_id in zip(ids, xero_ids, strict=True):
        command = q.get("commands", number)
        if command is not None:
            ended: dict[str, Any] = {"finished_at": q.now, "xero_id": xero_id or command["xero_id"]}
            q.update(command, state="done", cause=None, reason=reason, **ended)
    close_tickets(q, ids)


@LINKS
def links_of(q: Statement, connection_id: int, keys: list[str]) -> Iterator[Values]:
    for link in of(q, "links", connection_id=connection_id):
        if link["key"] in keys:
            yield pick(link, "key", "xero_id")


@LINKS
def linked_ids(q: Statement, connection_id: int, xero_ids: list[str]) -> Iterator[Values]:
    for link in of(q, "links", connection_id=connection_id):
        if link["xero_id"] in xero_ids:
            yield pick(link, "xero_id")


@LINKS
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


@LINKS
def drop_links(q: Statement, connection_id: int, keys: list[str]) -> None:
    for link in list(of(q, "links", connection_id=connection_id)):
        if link["key"] in keys:
            q.delete(link)
