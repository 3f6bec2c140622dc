"""The queries by which waiting commands fall asleep and are woken."""

from collections.abc import Iterator

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.sending import SEND, waits
from tests.simulation.store.fakes.tools import of, pick
from tests.simulation.store.statement import Statement


@SEND
def moved(q: Statement, connection_id: int, most: int) -> Iterator[Values]:
    notes = sorted(of(q, "wakeups", connection_id=connection_id), key=lambda note: int(note["id"]))
    for note in notes[:most]:
        q.delete(note)
        yield pick(note, "documents", "keys")


@SEND
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


@SEND
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
