"""After a mapping changed: commands that could not be built are planned again where they stand."""

from typing import Any

from bridge.postgres import Connection
from bridge.queries import load
from outbox.lease import notify
from processors.plans.building import as_json
from processors.plans.entities import PLANS, wanted
from processors.shell import scenes
from processors.shell.standing import case_of, standing_of
from schemas.commands import Command

QUERIES = load(__file__, "shell.sql")


async def replan_parked(connection: Connection, connection_id: int) -> int:
    """Build a connection's unbuilt commands with its books as they are now (C7, E2).

    Runs in the caller's transaction. A command keeps its place; one that still can't be built says
    why now. Returns how many may go.
    """
    freed = 0
    for row in await QUERIES.unbuilt(connection, connection_id=connection_id):
        command = await _plan_again(connection, row)
        if command is not None:
            freed += await _settle(connection, row["id"], command)
    if freed:
        await notify(connection, connection_id)
    return freed


async def _plan_again(connection: Connection, row: Any) -> Command | None:
    scene = await scenes.revisit(connection, row["event_id"])
    case = case_of(scene, await standing_of(connection, scene))
    # An event also asks again for what it had put aside: payments and credits of other documents.
    beside = [
        thing
        for known in case.known.values()
        for thing in known.told.values()
        if len(thing.homes) > 1
    ]
    things = [*wanted(case).values(), *beside]
    plans = (PLANS[f"{thing.kind}.create"](case, thing) for thing in things)
    commands = (command for plan in plans for command in plan)
    return next((c for c in commands if (c.kind, c.key) == (row["kind"], row["key"])), None)


async def _settle(connection: Connection, command_id: int, command: Command) -> bool:
    if command.body is None:
        await QUERIES.leave_unbuilt(
            connection, id=command_id, cause=command.cause, reason=command.reason
        )
        return False
    await QUERIES.build(
        connection, id=command_id, body=as_json(command.body), expected=command.expected
    )
    return True
