"""What a person may do with parked commands: let them go again, or give them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bridge.postgres import Connection
from bridge.queries import load

QUERIES = load(__file__, "operate.sql")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which parked commands are meant: by id, by cause (`tax:460…`), or all of the connection."""

    ids: tuple[int, ...] = ()
    cause: str | None = None
    everything: bool = False


async def retry(connection: Connection, connection_id: int, choice: Choice) -> list[int]:
    """Let parked commands go again, in their places; returns their ids.

    Commands without a body stay parked: they need their mapping first (`processors.replan`).
    """
    rows = await QUERIES.retry(connection, connection_id=connection_id, **_fields(choice))
    await QUERIES.notify(connection, connection_id=connection_id)
    return [row["id"] for row in rows]


async def skip(
    connection: Connection, connection_id: int, choice: Choice, *, reason: str
) -> list[int]:
    """Give parked commands up for good, with a reason; what waits behind them may go."""
    rows = await QUERIES.skip(
        connection, connection_id=connection_id, reason=reason, **_fields(choice)
    )
    await QUERIES.notify(connection, connection_id=connection_id)
    return [row["id"] for row in rows]


async def parked(connection: Connection, connection_id: int) -> Sequence[Any]:
    """Parked commands by cause, the root once: cause, reason, ids, how many wait behind."""
    rows: Sequence[Any] = await QUERIES.parked(connection, connection_id=connection_id)
    return rows


def _fields(choice: Choice) -> dict[str, Any]:
    return {
        "ids": list(choice.ids),
        "cause": choice.cause,
        "everything": choice.everything,
    }
