"""At rest: I24, I25, and that no process dies of itself."""

from collections.abc import Iterator

from tests.simulation.checker.facts import UNFINISHED, Facts

BROKEN = "Deciding it failed"


def check(facts: Facts) -> Iterator[str]:
    """Name what hangs without a reason, or broke."""
    for death in facts.history["ended"]:
        yield f"I0: a process ended by itself: {death}"
    if facts.history["busy"]:
        yield f"I25: not at rest: {facts.history['busy']}"
    for command_id, command in facts.commands.items():
        if command["state"] == "parked" and command["cause"] not in facts.history["may_park"]:
            yield f"I24: {facts.name(command_id)} is parked: {command['cause']}"
    yield from _events(facts)
    behind = _behind_parked(facts)
    for command_id, command in facts.commands.items():
        if command["state"] in UNFINISHED and command_id not in behind:
            yield f"I24: {facts.name(command_id)} waits for nothing that is parked"


def _events(facts: Facts) -> Iterator[str]:
    for event in facts.tables["events"]:
        if facts.history["frozen"] and str(event["reason"]).startswith(BROKEN):
            continue
        if event["state"] == "parked" and not facts.history["may_park"]:
            yield f"I34: event {event['id']} of {event['entity']} is parked: {event['reason']}"
        if str(event["reason"]).startswith(BROKEN):
            yield f"I0: event {event['id']} breaks its processor: {event['reason']}"


def _behind_parked(facts: Facts) -> set[int]:
    """Every command that a parked command or event holds back, however far behind."""
    held = {c for c, row in facts.commands.items() if row["state"] == "parked"}
    held |= set(_behind_events(facts))
    links = {(link["connection_id"], link["key"]) for link in facts.tables["links"]}
    while True:
        keys = {(facts.commands[c]["connection_id"], facts.commands[c]["key"]) for c in held}
        more = {
            need["command_id"]
            for need in facts.tables["needs"]
            if (need["connection_id"], need["key"]) in keys - links
        }
        for queue in facts.queues.values():
            waiting = [c for c in queue if facts.commands[c]["state"] in UNFINISHED]
            for place, command_id in enumerate(waiting):
                if held & set(waiting[:place]):
                    more.add(command_id)
        if more <= held:
            return held
        held |= more


def _behind_events(facts: Facts) -> Iterator[int]:
    parked = [event for event in facts.tables["events"] if event["state"] == "parked"]
    for command_id, command in facts.commands.items():
        documents = {d.partition("/")[2] for d in facts.places[command_id]}
        if any(
            event["connection_id"] == command["connection_id"]
            and event["id"] < command["event_id"]
            and documents & set(event["touches"])
            for event in parked
        ):
            yield command_id
