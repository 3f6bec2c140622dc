"""Order, as Xero saw it: I7, I8, I9, I10."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations, pairwise

from tests.simulation.checker.facts import Facts

NEVER = datetime(9000, 1, 1, tzinfo=UTC)
FREE = ("done", "superseded", "skipped")


def check(facts: Facts) -> Iterator[str]:
    """Name what was out of order."""
    for document, queue in facts.queues.items():
        sent = [command_id for command_id in queue if facts.tries.get(command_id)]
        for one, other in combinations(sent, 2):
            yield from _follows(facts, document, one, other)
    yield from _parents(facts)
    yield from _versions(facts)
    yield from _turns(facts)


def _follows(facts: Facts, document: str, one: int, other: int) -> Iterator[str]:
    begun = facts.begun(other)
    ended = facts.seconds(facts.commands[one]["finished_at"])
    if ended > begun + 0.001 and facts.commands[one]["state"] in FREE:
        yield f"I10: {facts.name(other)} was sent before {facts.name(one)} had ended"
    if facts.commands[one]["state"] not in FREE and begun < float("inf"):
        yield f"I10: {facts.name(other)} was sent though {facts.name(one)} is before it"
    effects = [request["decided"] for request, _ in facts.done_by.get(one, ())]
    if effects and max(effects) > begun:
        at = max(effects)
        yield f"I8: {facts.name(one)} took effect on {document} at {at:.1f}, the next began before"


def _parents(facts: Facts) -> Iterator[str]:
    born: dict[tuple[int, str], float] = {}
    for command_id, effects in facts.done_by.items():
        command = facts.commands[command_id]
        for request, effect in effects:
            if effect["op"] == "create":
                key = (command["connection_id"], command["key"])
                born[key] = min(born.get(key, float("inf")), request["decided"])
    for need in facts.tables["needs"]:
        at = born.get((need["connection_id"], need["key"]))
        for request, _ in facts.done_by.get(need["command_id"], ()):
            if at is None or request["sent"] < at:
                name = facts.name(need["command_id"])
                yield f"I9: {name} was sent before {need['key']} was in Xero"


def _versions(facts: Facts) -> Iterator[str]:
    events = {event["id"]: event for event in facts.tables["events"]}
    written: dict[tuple[int, str], list[tuple[float, int]]] = {}
    for command_id, effects in facts.done_by.items():
        command = facts.commands[command_id]
        if command["kind"].endswith(".put"):
            key = (command["connection_id"], command["key"])
            times = [(request["decided"], command_id) for request, _ in effects]
            written.setdefault(key, []).extend(times)
    for (_, name), times in written.items():
        for (_, one), (_, other) in pairwise(sorted(times)):
            older = events[facts.commands[one]["event_id"]]
            newer = events[facts.commands[other]["event_id"]]
            if older["entity"] != newer["entity"] or one == other:
                continue
            if (newer["modified_at"] or NEVER) < (older["modified_at"] or NEVER):
                yield f"I7: {name} was overwritten with an older version by command {other}"


def _turns(facts: Facts) -> Iterator[str]:
    """Of two events of one document, the earlier is decided first, if it was there to be seen."""
    events = {event["id"]: event for event in facts.tables["events"]}
    recorded = facts.history.get("recorded", {})  # unknown of real processes
    decided = [turn for turn in facts.history.get("decided", []) if turn["event"] in recorded]
    for turn, later in combinations(decided, 2):
        hasty, passed = events[turn["event"]], events[later["event"]]
        if (
            passed["id"] < hasty["id"]
            and passed["connection_id"] == hasty["connection_id"]
            and recorded[passed["id"]] < turn["begun"]
            and not set(passed["touches"]).isdisjoint(hasty["touches"])
            and not facts.history["switches"]  # those that were held take no turn
        ):
            yield f"I7: event {hasty['id']} was decided before event {passed['id']}"
