"""What was accepted is kept: I1, I3, and I26 and I34 by their consequences."""

from collections.abc import Iterator

from tests.simulation.checker.facts import Facts

AT_REST = ("decided", "superseded", "parked")


def check(facts: Facts) -> Iterator[str]:
    """Name what breaks I1 and I3."""
    events = {event["id"]: event for event in facts.tables["events"]}
    for answer in facts.history["answers"]:
        if not 200 <= answer["status"] < 300 or answer["event"] is None:
            continue
        event = events.get(answer["event"])
        if event is None:
            yield f"I1: event {answer['event']} was answered {answer['status']} and is not there"
        elif (event["entity"], event["zoho_id"]) != (answer["entity"], answer["zoho_id"]):
            yield f"I1: event {event['id']} is of another document than its webhook"
    enabled = {row["id"] for row in facts.tables["connections"] if row["enabled"]}
    for event in events.values():
        if event["state"] not in AT_REST and event["connection_id"] in enabled:
            yield f"I3: event {event['id']} of {event['entity']} rests as {event['state']}"
        if event["state"] == "decided" and not _has_decision(facts, event["id"]):
            yield f"I3: event {event['id']} is decided without a decision"


def _has_decision(facts: Facts, event_id: int) -> bool:
    return any(decision["event_id"] == event_id for decision in facts.tables["decisions"])
