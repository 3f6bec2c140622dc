"""What follows from a decision, written to PostgreSQL in the decision's own transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from bridge import tracing
from bridge.postgres import Connection, Pool
from bridge.queries import load
from outbox.append import Origin, append_all
from processors.cases import Case, Known
from processors.decisions import Decision
from processors.memory import remember
from processors.plans.building import as_json
from processors.remarks import too_late
from processors.shell.scenes import Scene
from processors.shell.standing import Standing
from processors.things import write_told
from schemas.commands import Command
from schemas.words import EventState, Ref

QUERIES = load(__file__, "shell.sql")
NOTHING: Final[Mapping[Ref, Known]] = MappingProxyType({})
LIVE: Final = 0
# Live work goes before repair, repair before backfill.
LANES: Final = {"sweep": 1, "replay": 1, "backfill": 2}
REPLACED: Final = "a newer version of the document was decided"


async def save(
    connection: Connection,
    scene: Scene,
    standing: Standing,
    case: Case,
    decisions: Sequence[Decision],
) -> None:
    """Store the decisions, their commands in the outbox, and what is known from now on."""
    asked = [(_origin(scene, each), _commands(each)) for each in decisions]
    await append_all(connection, asked, standing.unfinished)
    await _conclude(connection, scene, decisions, remember(case, decisions), at=case.at)


def _origin(scene: Scene, decision: Decision) -> Origin:
    event = scene.event
    return Origin(
        connection_id=event["connection_id"],
        event_id=event["id"],
        request_id=event["request_id"],
        action=decision.action,
        trace=tracing.current(),
        lane=LANES.get(event["source"], LIVE),
    )


def _commands(decision: Decision) -> list[Command]:
    return [replace(each, body=as_json(each.body)) for each in decision.commands]


async def _conclude(
    connection: Connection,
    scene: Scene,
    decisions: Sequence[Decision],
    known: Mapping[Ref, Known] = NOTHING,
    *,
    at: datetime | None = None,
    problem: str | None = None,
) -> None:
    """Say what became of the event: it is parked with its `problem`, counts, or is superseded.

    It counts when something is known by it; `at` is the stamp of the version that does.
    """
    event = scene.event
    state: EventState = "parked" if problem else "decided" if known else "superseded"
    await QUERIES.conclude(
        connection,
        connection_id=event["connection_id"],
        event_id=event["id"],
        state=state,
        reason=decisions[0].reason if state == "superseded" else problem,
        decisions=[{"place": n, **_row(each)} for n, each in enumerate(decisions)],
        documents=[
            {"version": event["id"] if ref == scene.ref and not _is_late(each, at) else None}
            | _document(ref, each)
            for ref, each in known.items()
        ],
        modified_at=at,
        replaced=REPLACED,
    )


def _is_late(known: Known, at: datetime | None) -> bool:
    """Whether a version that counts, having been permitted in its time, is not the newest one."""
    return at is not None and known.at is not None and at < known.at


def _row(decision: Decision) -> dict[str, str | None]:
    return {
        "entity": decision.document.entity,
        "zoho_id": decision.document.zoho_id,
        "action": decision.action,
        "key": decision.key,
        "outcome": decision.outcome,
        "code": decision.code,
        "reason": decision.reason,
    }


def _document(ref: Ref, known: Known) -> dict[str, Any]:
    document = known.document
    return {
        "entity": ref.entity,
        "zoho_id": ref.zoho_id,
        "number": getattr(document, "number", None) or getattr(document, "name", None),
        "day": getattr(document, "date", None),
        "snapshot": document.model_dump(mode="json") if document else None,
        "told": write_told(known.told),
        "modified_at": known.at,
        "deleted": known.deleted,
        "used": known.used,
    }


async def add_decision(
    connection: Connection, connection_id: int, event_id: int, decision: Decision
) -> None:
    """Write down what an event means for one thing, with the reason that people read."""
    await QUERIES.add_decision(
        connection, connection_id=connection_id, event_id=event_id, **_row(decision)
    )


async def give_way(pool: Pool, scene: Scene, event_id: int) -> None:
    """Let the event in which Zoho's own answer was journaled be decided in this one's place."""
    reason = f"Zoho was asked for what this version does not show: event {event_id} tells it."
    await QUERIES.give_way(pool, event_id=scene.event["id"], reason=reason)


async def hold(connection: Connection, scene: Scene) -> None:
    """Keep the event until its connection is enabled (C9)."""
    await QUERIES.hold_event(connection, event_id=scene.event["id"])


async def park(connection: Connection, scene: Scene, problem: str) -> list[Decision]:
    """Set aside an event that doesn't read, unless a newer version makes it needless anyway."""
    if (code := scene.late) is not None:
        decision = too_late(scene.ref, code)
        await _conclude(connection, scene, [decision])
        return [decision]
    await _conclude(connection, scene, [], problem=problem)
    return []


async def count_failure(database: Connection | Pool, event_id: int) -> int:
    """Count one more failure of an undecided event; returns how many there are."""
    failures: int | None = await QUERIES.count_failure(database, event_id=event_id)
    return failures or 0


async def note_failure(connection: Connection, event_id: int, reason: str) -> None:
    """Keep what went wrong last."""
    await QUERIES.note_failure(connection, event_id=event_id, reason=reason)
