"""The queries of what is unclear, of contacts looked for, and of how a connection stands."""

from collections.abc import Iterator

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.claiming import due_in, is_stirring, xero_id_of
from tests.simulation.store.fakes.leasing import lease_of
from tests.simulation.store.fakes.tools import between, of, pick, seconds, siblings
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

RESOLVING = FAKES.add("outbox/xero/resolving.sql")
FIRST_SIGHT = FAKES.add("outbox/xero/first_sight.sql")
RELAY = FAKES.add("outbox/xero/relay.sql")
STANDING = FAKES.add("outbox/xero/standing.sql")
UNCLEAR = ("unknown", "ambiguous")


@RESOLVING
def open_attempts(q: Statement, connection_id: int, kinds: list[str]) -> Iterator[Values]:
    shown = (
        "id idempotency_key method path body generation sends repeatable first_sent_at"
        " last_sent_at looked_at absent_reads outcome"
    ).split()
    found = [
        a
        for a in of(q, "attempts", connection_id=connection_id, system="xero")
        if a["outcome"] in UNCLEAR and not _is_strange(q, a["id"], kinds)
    ]
    for attempt in sorted(found, key=lambda each: each["id"]):
        yield {**pick(attempt, *shown), "now": q.now}


def _is_strange(q: Statement, attempt_id: int, kinds: list[str]) -> bool:
    commands = (
        q.get("commands", member["command_id"])
        for member in of(q, "attempt_members", attempt_id=attempt_id)
    )
    return any(
        c["kind"] not in kinds for c in commands if c and c["state"] in ("sending", "ambiguous")
    )


OPEN_MEMBER = "id kind key body expected failures traceparent".split()


@RESOLVING
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


@RESOLVING
def resend(
    q: Statement, attempt_id: int, connection_id: int, holder: str, fence: int, budget: float
) -> Iterator[Values]:
    attempt = q.get("attempts", attempt_id)
    lease = lease_of(q, connection_id, holder, fence)
    connection = q.get("connections", connection_id)
    if (
        attempt
        and connection
        and connection["enabled"]
        and attempt["connection_id"] == connection_id
        and attempt["outcome"] == "ambiguous"
        and lease
        and lease["expires_at"] > q.now + seconds(budget)
    ):
        sent = q.update(attempt, sends=attempt["sends"] + 1, last_sent_at=q.now)
        yield pick(sent, "id", "sends")


@RESOLVING
def looked(q: Statement, attempt_id: int, counts: bool) -> Iterator[Values]:
    attempt = q.get("attempts", attempt_id)
    if attempt is not None:
        reads = attempt["absent_reads"] + (1 if counts else 0)
        yield pick(q.update(attempt, looked_at=q.now, absent_reads=reads), "absent_reads")


@FIRST_SIGHT
def twins(
    q: Statement, connection_id: int, xero_ids: list[str], keys: list[str]
) -> Iterator[Values]:
    newest: dict[str, Values] = {}
    for command in of(q, "commands", connection_id=connection_id):
        link = q.get("links", connection_id, command["key"])
        xero_id = link["xero_id"] if link and link["xero_id"] in xero_ids else None
        under_way = command["key"] in keys and command["state"] in ("sending", "ambiguous")
        if (
            (xero_id is not None or under_way)
            and "contact_type" in command["expected"]
            and command["id"] > newest.get(command["key"], {"id": 0})["id"]
        ):
            newest[command["key"]] = {**command, "xero_id": xero_id}
    for key in sorted(newest):
        each = newest[key]
        kind = each["expected"]["contact_type"]
        yield {"key": key, "xero_id": each["xero_id"], "contact_type": kind}


@FIRST_SIGHT
def mark_looked(q: Statement, ids: list[int]) -> None:
    for number in ids:
        command = q.get("commands", number)
        if command is not None:
            q.update(command, looked_at=q.now)


@RELAY
def look_around(q: Statement, connection_id: int, busy: list[int]) -> Iterator[Values]:
    connection = q.get("connections", connection_id)
    if connection is not None:
        until = connection["paused_until"]
        unclear = any(
            of(q, "attempts", outcome="ambiguous", connection_id=connection_id, system="xero")
        )
        paused = max(between(until, q.now), 0.0) if until else 0.0
        lately = q.now - seconds(61)
        family = siblings(q, connection_id)
        reads = [
            r for r in q.all("xero_reads") if r["connection_id"] in family and r["at"] > lately
        ]
        yield {
            "enabled": connection["enabled"],
            "paused": paused,
            "unclear": unclear,
            "reads": len(reads),
            "stirring": is_stirring(q, connection_id, busy),
            "due": due_in(q, connection_id),
        }


@RELAY
def waited(q: Statement, ids: list[int]) -> Iterator[Values]:
    for number in dict.fromkeys(ids):
        command = q.get("commands", number)
        event = command and q.get("events", command["event_id"])
        if event:
            yield {"seconds": between(q.clock, event["received_at"])}


@STANDING
def pause(q: Statement, connection_id: int, problem: str, **more: float) -> None:
    connection = q.get("connections", connection_id)
    if connection is not None:
        q.update(connection, paused_until=q.now + seconds(more["seconds"]), problem=problem)


@STANDING
def tell_problem(q: Statement, connection_id: int, problem: str) -> None:
    connection = q.get("connections", connection_id)
    if connection is not None and connection["problem"] != problem:
        q.update(connection, problem=problem)


@STANDING
def clear_problem(q: Statement, connection_id: int) -> None:
    connection = q.get("connections", connection_id)
    if connection is not None and connection["problem"] is not None:
        q.update(connection, problem=None, paused_until=None)
