"""Where commands stand: waiting, unclear or parked in their places, or done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bridge.postgres import Connection
from bridge.queries import load

QUERIES = load(__file__, "states.sql")
State = Literal["pending", "ambiguous", "parked"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A command that keeps its place: its state from now on, why, and seconds to wait."""

    command_id: int
    state: State
    cause: str | None
    reason: str | None
    wait: float = 0.0


async def keep(connection: Connection, commands: Sequence[Kept]) -> None:
    """Write down what is not finished: parked, unclear, or to be sent anew in its place."""
    if not commands:
        return
    await QUERIES.set_states(
        connection,
        ids=[command.command_id for command in commands],
        states=[command.state for command in commands],
        causes=[command.cause for command in commands],
        reasons=[command.reason for command in commands],
        waits=[command.wait for command in commands],
    )


async def end(
    connection: Connection, xero_ids: Mapping[int, str | None], reason: str | None = None
) -> None:
    """Write down what is done: commands by their ids, each with Xero's id of its thing."""
    await QUERIES.end_commands(
        connection, ids=list(xero_ids), xero_ids=list(xero_ids.values()), reason=reason
    )
