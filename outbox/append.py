"""Commands enter the outbox, inside the transaction of the decision that asks for them (rule 2)."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from bridge.postgres import Connection
from bridge.queries import load
from schemas.commands import Command
from schemas.words import Ref

QUERIES = load(__file__, "append.sql")
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


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A command that is not through yet."""

    id: int
    kind: str
    state: str
    lane: int

    @property
    def unsent(self) -> bool:
        """Whether not a byte of it has left."""
        return self.state in ("pending", "parked")

    @property
    def writes(self) -> bool:
        """Whether it makes or changes its thing, rather than ends it."""
        return self.kind.rpartition(".")[2] in ("put", "create")


async def unfinished(
    connection: Connection, connection_id: int, keys: AbstractSet[str]
) -> dict[str, list[Unfinished]]:
    """Find what is under way for things, by their keys, oldest first.

    It is locked, so that none of it is sent while the caller counts on its not being sent.
    """
    found: dict[str, list[Unfinished]] = {key: [] for key in keys}
    rows = await QUERIES.unfinished(connection, connection_id=connection_id, keys=list(keys))
    for key, *command in rows:
        found[key].append(Unfinished(*command))
    return found


async def append(connection: Connection, origin: Origin, commands: Sequence[Command]) -> list[int]:
    """Store what one decision asks for; as `append_all`."""
    return await append_all(connection, [(origin, commands)], {})


async def append_all(
    connection: Connection,
    asked: Sequence[tuple[Origin, Sequence[Command]]],
    under_way: Mapping[str, Sequence[Unfinished]],
) -> list[int]:
    """Store commands in order, each with a ticket on every document that it changes, owner first.

    `asked` is what the decisions of one event ask for, `under_way` what `unfinished` has found
    already. The caller's transaction holds the locks of all those documents. An unsent full-state
    write is replaced in its place by a newer one, or behind what the same decision has put into the
    same queue; what was never sent and is taken back is never sent. What they wait for goes as soon
    as they do. Returns the ids of those stored.
    """
    # One thing may take commands about others: a write-off is a credit note and its allocation.
    new = {command.key for _, commands in asked for command in commands} - under_way.keys()
    found = await unfinished(connection, asked[0][0].connection_id, new) if new else {}
    queues = {key: list(commands) for key, commands in {**under_way, **found}.items()}
    stored: list[int] = []
    for origin, commands in asked:
        before: set[Ref] = set()
        for command in commands:
            queue = queues[command.key]
            if added := await _append_one(connection, origin, command, before, queue):
                queue.append(added)
                stored.append(added.id)
            before |= set(command.tickets)
    if any(commands for _, commands in asked):
        await QUERIES.hasten(connection, connection_id=asked[0][0].connection_id, ids=stored)
    return stored


async def _append_one(
    connection: Connection,
    origin: Origin,
    command: Command,
    before: AbstractSet[Ref],
    queue: list[Unfinished],
) -> Unfinished | None:
    """Store a command; None where it comes to nothing. What it takes back leaves the `queue`."""
    unsent = queue[-1] if queue else None
    if unsent is None or not (unsent.unsent and unsent.writes) or command.verb == "create":
        return await _store(connection, origin, command, command.tickets)
    queue.pop()
    if command.verb == "put":
        if before.isdisjoint(command.tickets):
            sooner = replace(origin, lane=min(origin.lane, unsent.lane))
            return await _replace(connection, sooner, command, unsent.id)
        await QUERIES.supersede(connection, id=unsent.id, reason=REPLACED)
    else:
        await QUERIES.supersede(connection, id=unsent.id, reason=NO_LONGER_WANTED)
        if not await _still_there(connection, origin, command, queue):
            return None
    return await _store(connection, origin, command, command.tickets)


async def _still_there(
    connection: Connection, origin: Origin, command: Command, queue: Sequence[Unfinished]
) -> bool:
    """Whether a removal has anything to remove, now that the unsent write is taken back."""
    if queue:
        return queue[-1].writes
    linked: bool = await QUERIES.is_linked(
        connection, connection_id=origin.connection_id, key=command.key
    )
    return linked


async def _replace(
    connection: Connection, origin: Origin, command: Command, replaced: int
) -> Unfinished:
    """Store a newer full-state write in the place of an unsent one."""
    rows = await QUERIES.places_of(connection, command_id=replaced)
    places = {row["document"] for row in rows}
    new = [document for document in command.tickets if str(document) not in places]
    stored = await _store(connection, origin, command, new)
    kept = [str(document) for document in command.tickets if document not in new]
    await QUERIES.take_place(connection, command_id=stored.id, from_id=replaced, documents=kept)
    await QUERIES.supersede(connection, id=replaced, reason=REPLACED)
    return stored


async def _store(
    connection: Connection, origin: Origin, command: Command, places: Sequence[Ref]
) -> Unfinished:
    # It belongs to the document whose thing it is, also when another's event asks for it.
    owner = command.tickets[0]
    state = "parked" if command.body is None else "pending"
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
        state=state,
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
    return Unfinished(command_id, command.kind, state, origin.lane)
