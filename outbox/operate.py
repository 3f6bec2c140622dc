"""What a person may do with commands that stand still: let them go again, or give them up."""

from dataclasses import dataclass
from typing import Any

from bridge.postgres import Connection
from bridge.queries import load
from outbox.lease import notify
from schemas.words import GIVEN_UP

QUERIES = load(__file__, "operate.sql")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which commands are meant: by id, by cause (`tax:460…`), or all that are parked."""

    ids: tuple[int, ...] = ()
    cause: str | None = None
    everything: bool = False


async def parked(connection: Connection, connection_id: int, choice: Choice) -> list[int]:
    """Name the parked commands that are meant, and lock them."""
    rows = await QUERIES.parked(connection, connection_id=connection_id, **_fields(choice))
    return [row["id"] for row in rows]


async def retry(connection: Connection, connection_id: int, choice: Choice) -> list[int]:
    """Let parked commands go again, in their places; returns their ids.

    Commands without a body stay parked: they need their mapping first (`processors.shell.replan`).
    """
    rows = await QUERIES.retry(connection, connection_id=connection_id, **_fields(choice))
    await notify(connection, connection_id)
    return [row["id"] for row in rows]


async def skip(
    connection: Connection, connection_id: int, choice: Choice, *, by: str, reason: str
) -> list[int]:
    """Give commands up for good that are parked, or need what Xero will never hold.

    Runs in the caller's transaction. What waits behind them may go, unless it needs them. Their
    documents are withheld by this, until they change; the history keeps who did it, when, and the
    reason.
    """
    meant = await QUERIES.to_give_up(connection, connection_id=connection_id, **_fields(choice))
    ids = [row["id"] for row in meant]
    await QUERIES.lock_documents(connection, connection_id=connection_id, ids=ids)
    told = f"given up by {by}: {reason}"
    rows = await QUERIES.skip(
        connection, connection_id=connection_id, ids=ids, code=GIVEN_UP, reason=told
    )
    await notify(connection, connection_id)
    return [row["id"] for row in rows]


def _fields(choice: Choice) -> dict[str, Any]:
    return {
        "ids": list(choice.ids),
        "cause": choice.cause,
        "everything": choice.everything,
    }
