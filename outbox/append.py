"""Commands enter the outbox, inside the transaction of the decision that asks for them (rule 2)."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from bridge.postgres import Connection
from bridge.queries import load
from outbox.lease import notify
from schemas.commands import Command
from schemas.words import Ref

QUERIES = load(__file__, "append.sql")
UNSENT = ("pending", "parked")
REPLACED = "replaced by a newer version of the document"
NO_LONGER_WANTED = "taken back in Zoho before it was sent"


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose decision asks: the connection, the event, and the rule table's row."""

    connection_id: int
    event_id: int
    request_id: str
    action: str
    lane: int = 0
    trace: str | None = None


async def append(connection: Connection, origin: Origin, commands: Sequence[Command]) -> list[int]:
    """Store commands in order, each with a ticket on every document that it changes, owner first.

    The caller's transaction holds the locks of all those documents. An unsent full-state write is
    replaced in its place by a newer one, or behind what this call has put into the same queue;
    what was never sent and is taken back is never sent. What they wait for goes as soon as they
    do. Returns the ids of the commands stored.
    """
    stored: list[int] = []
    before: set[Ref] = set()
    for command in commands:
        command_id = await _append_one(connection, origin, command, before)
        stored += [] if command_id is None else [command_id]
        before |= set(command.tickets)
    if commands:
        await QUERIES.hasten(connection, connection_id=origin.connection_id, ids=stored)
        await notify(connection, origin.connection_id)
    return stored


async def _append_one(
    connection: Connection, origin: Origin, command: Command, before: AbstractSet[Ref]
) -> int | None:
    unfinished = await QUERIES.unsent(
        connection, connection_id=origin.connection_id, key=command.key
    )
    unsent = _last_unsent(unfinished)
    if command.verb == "put" and unsent is not None:
        if before.isdisjoint(command.tickets):
            sooner = replace(origin, lane=min(origin.lane, unsent["lane"]))
            return await _replace(connection, sooner, command, unsent["id"])
        await QUERIES.supersede(connection, id=unsent["id"], reason=REPLACED)
    if command.verb in ("delete", "void") and unsent is not None:
        await QUERIES.supersede(connection, id=unsent["id"], reason=NO_LONGER_WANTED)
        if not await _still_there(connection, origin, command, unfinished):
            return None
    return await _store(connection, origin, command, command.tickets)


def _last_unsent(unfinished: Sequence[Any]) -> Any | None:
    """The newest unfinished write of the thing, if not a byte of it was sent."""
    if not unfinished:
        return None
    last = unfinished[-1]
    writes = last["kind"].rpartition(".")[2] in ("put", "create")
    return last if writes and last["state"] in UNSENT else None


async def _still_there(
    connection: Connection, origin: Origin, command: Command, unfinished: Sequence[Any]
) -> bool:
    """Whether a removal has anything to remove, now that the unsent write is taken back."""
    before = unfinished[:-1]
    if before:
        return before[-1]["kind"].rpartition(".")[2] in ("put", "create")
    linked: bool = await QUERIES.is_linked(
        connection, connection_id=origin.connection_id, key=command.key
    )
    return linked


async def _replace(connection: Connection, origin: Origin, command: Command, replaced: int) -> int:
    """Store a newer full-state write in the place of an unsent one."""
    rows = await QUERIES.places_of(connection, command_id=replaced)
    places = {row["document"] for row in rows}
    new = [document for document in command.tickets if str(document) not in places]
    command_id = await _store(connection, origin, command, new)
    kept = [str(document) for document in command.tickets if document not in new]
    await QUERIES.take_place(connection, command_id=command_id, from_id=replaced, documents=kept)
    await QUERIES.supersede(connection, id=replaced, reason=REPLACED)
    return command_id


async def _store(
    connection: Connection, origin: Origin, command: Command, places: Sequence[Ref]
) -> int:
    # It belongs to the document whose thing it is, also when another's event asks for it.
    owner = command.tickets[0]
    command_id: int = await QUERIES.add_command(
        connection,
        connection_id=origin.connection_id,
        event_id=origin.event_id,
        entity=owner.entity,
        zoho_id=owner.zoho_id,
        action=origin.action,
        kind=command.kind,
        key=command.key,
        body=command.body,
        expected=command.expected,
        state="parked" if command.body is None else "pending",
        cause=command.cause,
        reason=command.reason,
        request_id=origin.request_id,
        lane=origin.lane,
        system=command.system,
        trace=origin.trace,
        needs=list(command.needs),
        entities=[document.entity for document in places],
        zoho_ids=[document.zoho_id for document in places],
    )
    return command_id
