"""What follows from a decision, written to PostgreSQL in the decision's own transaction."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bridge import tracing
from bridge.postgres import Connection, Pool
from bridge.queries import load
from outbox.append import Origin, append
from processors.cases import Case, Known
from processors.decisions import Decision
from processors.memory import remember
from processors.plans.building import as_json
from processors.remarks import too_late
from processors.shell.scenes import Scene
from processors.things import write_told
from schemas.words import EventState, Ref

QUERIES = load(__file__)
LIVE: Final = 0
# Live work goes before repair, repair before backfill.
LANES: Final = {"sweep": 1, "replay": 1, "backfill": 2}
REPLACED: Final = "a newer version of the document was decided"


async def save(
    connection: Connection, scene: Scene, case: Case, decisions: Sequence[Decision]
) -> None:
    """Store the decisions, their commands in the outbox, and what is known from now on."""
    for decision in decisions:
        await _save_decision(connection, scene, decision)
    for ref, known in remember(case, decisions).items():
        await _save_document(connection, scene.event["connection_id"], ref, known)
    overtaken = all(decision.overtaken for decision in decisions)
    if not overtaken:
        await _take_over(connection, scene, case)
    state: EventState = "superseded" if overtaken else "decided"
    await end_event(connection, scene, state, decisions[0].reason if overtaken else None)


async def end_event(
    connection: Connection, scene: Scene, state: EventState, reason: str | None
) -> None:
    """Say what became of the event itself."""
    await QUERIES.end_event(connection, event_id=scene.event["id"], state=state, reason=reason)


async def _save_decision(connection: Connection, scene: Scene, decision: Decision) -> None:
    event = scene.event
    await add_decision(connection, event["connection_id"], event["id"], decision)
    origin = Origin(
        connection_id=event["connection_id"],
        event_id=event["id"],
        request_id=event["request_id"],
        action=decision.action,
        trace=tracing.current(),
        lane=LANES.get(event["source"], LIVE),
    )
    commands = [replace(each, body=as_json(each.body)) for each in decision.commands]
    await append(connection, origin, commands)


async def add_decision(
    connection: Connection, connection_id: int, event_id: int, decision: Decision
) -> None:
    """Write down what an event means for one thing, with the reason that people read."""
    await QUERIES.add_decision(
        connection,
        connection_id=connection_id,
        event_id=event_id,
        entity=decision.document.entity,
        zoho_id=decision.document.zoho_id,
        action=decision.action,
        key=decision.key,
        outcome=decision.outcome,
        code=decision.code,
        reason=decision.reason,
    )


async def _save_document(
    connection: Connection, connection_id: int, ref: Ref, known: Known
) -> None:
    document = known.document
    await QUERIES.save_document(
        connection,
        connection_id=connection_id,
        entity=ref.entity,
        zoho_id=ref.zoho_id,
        number=getattr(document, "number", None) or getattr(document, "name", None),
        day=getattr(document, "date", None),
        snapshot=document.model_dump(mode="json") if document else None,
        told=write_told(known.told),
        modified_at=known.at,
        deleted=known.deleted,
        used=known.used,
    )


async def _take_over(connection: Connection, scene: Scene, case: Case) -> None:
    """This version counts from now on: unreadable ones before it need nobody any more."""
    event = scene.event
    names = {"entity": event["entity"], "zoho_id": event["zoho_id"]}
    await QUERIES.mark_version(
        connection, connection_id=event["connection_id"], event_id=event["id"], **names
    )
    await QUERIES.free_parked(
        connection,
        connection_id=event["connection_id"],
        before=event["id"],
        modified_at=case.at,
        reason=REPLACED,
        **names,
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
        await _save_decision(connection, scene, decision)
        await end_event(connection, scene, "superseded", decision.reason)
        return [decision]
    await end_event(connection, scene, "parked", problem)
    return []


async def count_failure(database: Connection | Pool, event_id: int) -> int:
    """Count one more failure of an undecided event; returns how many there are."""
    failures: int | None = await QUERIES.count_failure(database, event_id=event_id)
    return failures or 0


async def note_failure(connection: Connection, event_id: int, reason: str) -> None:
    """Keep what went wrong last."""
    await QUERIES.note_failure(connection, event_id=event_id, reason=reason)
