"""The queries that find what may go, and put what waits to sleep."""

from collections.abc import Iterator

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.tools import between, of, pick, seconds
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

CLAIMING = FAKES.add("outbox/xero/claiming.sql")


@CLAIMING
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


@CLAIMING
def head_age(q: Statement, connection_id: int) -> Iterator[Values]:
    pending = of(q, "commands", connection_id=connection_id, state="pending", asleep=False)
    heads = [command for command in pending if may_go(q, command)]
    if heads:
        first = min(heads, key=lambda command: (command["lane"], command["id"]))
        yield {"seconds": between(q.now, first["created_at"])}


@CLAIMING
def moved(q: Statement, connection_id: int, most: int) -> Iterator[Values]:
    notes = sorted(of(q, "wakeups", connection_id=connection_id), key=lambda note: int(note["id"]))
    for note in notes[:most]:
        q.delete(note)
        yield pick(note, "documents", "keys")


@CLAIMING
def wake(q: Statement, connection_id: int, documents: list[str], keys: list[str]) -> None:
    woken = {
        need["command_id"]
        for need in of(q, "needs", connection_id=connection_id)
        if need["key"] in keys
    }
    for document in documents:
        queue = list(of(q, "tickets", connection_id=connection_id, document=document, open=True))
        if queue:
            woken.add(min(queue, key=lambda ticket: int(ticket["position"]))["command_id"])
    for command in list(of(q, "commands", asleep=True)):
        if command["id"] in woken:
            q.update(command, asleep=False)


@CLAIMING
def put_to_sleep(
    q: Statement,
    connection_id: int,
    lane: int,
    id: int,  # noqa: A002  the query's own name for it
    ready: list[int],
    most: int,
) -> Iterator[Values]:
    awake = of(q, "commands", connection_id=connection_id, state="pending", asleep=False)
    first = sorted(
        (command for command in awake if command["lane"] <= lane),
        key=lambda command: (command["lane"], command["id"]),
    )
    passed = [
        command
        for command in first[: most + len(ready)]
        if command["system"] == "xero"
        and command["not_before"] <= q.now
        and (command["lane"], command["id"]) < (lane, id)
        and command["id"] not in ready
        and waits(q, command)
    ]
    free = [command for command in passed if q.is_free(command)][:most]
    for command in free:
        q.update(command, asleep=True)
    yield {"count": len(free)}


def due_in(q: Statement, connection_id: int) -> float | None:
    """When a command that was put off may go, in seconds from now; None is never."""
    due = [
        command["not_before"]
        for command in of(q, "commands", connection_id=connection_id, state="pending")
        if command["system"] == "xero"
        and command["failures"] > 0
        and command["not_before"] > q.now - seconds(1)
        and command["not_before"] > command["created_at"]
    ]
    return max(between(min(due), q.now), 0.0) if due else None


def is_stirring(q: Statement, connection_id: int, busy: list[int]) -> bool:
    """Whether something may go, as far as was not found out otherwise."""
    pending = list(of(q, "commands", connection_id=connection_id, system="xero", state="pending"))
    awake = [command for command in pending if not command["asleep"]]
    if any(command["not_before"] <= q.now and command["id"] not in busy for command in awake):
        return True
    return len(awake) < len(pending) and any(of(q, "wakeups", connection_id=connection_id))
