"""Connections as they are stored: one by its name, or all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bridge.crypto import Vault
from bridge.postgres import Connection, Pool
from bridge.queries import load
from ingress.connections.office import RefusedError, UnknownConnectionError
from schemas.words import ENTITIES, TRIGGERS

QUERIES = load(__file__, "connections.sql")
GONE: Final = "{name} was deleted: only its history is left. Apply its file to begin anew"

Row = Mapping[str, Any]


async def find(database: Connection | Pool, name: str) -> Row:
    """Read a connection's row by its name. Raises UnknownConnectionError."""
    row: Row | None = await QUERIES.find(database, name=name)
    if row is None:
        raise UnknownConnectionError(name)
    return row


async def find_live(database: Connection | Pool, name: str) -> Row:
    """Read a connection that was not deleted. Raises UnknownConnectionError, RefusedError."""
    row = await find(database, name)
    if row["deleted_at"]:
        raise RefusedError(GONE.format(name=name))
    return row


async def list_all(database: Connection | Pool) -> Sequence[Row]:
    """Read every connection's row, by name; those that were deleted are left out."""
    rows: Sequence[Row] = await QUERIES.list_all(database)
    return rows


async def secret_names(database: Connection | Pool, connection_id: int) -> list[str]:
    """Name the secrets that are stored, never what they are."""
    rows = await QUERIES.read_secrets(database, connection_id=connection_id)
    return sorted(row["name"] for row in rows)


async def secret_of(
    database: Connection | Pool, vault: Vault, connection_id: int, name: str
) -> str | None:
    """Open one secret, None where there is none. Raises VaultError under another key."""
    rows = await QUERIES.read_secrets(database, connection_id=connection_id)
    sealed = next((row["sealed"] for row in rows if row["name"] == name), None)
    return None if sealed is None else vault.open(sealed, context=f"{connection_id}/{name}")


async def ends_at(database: Connection | Pool, connection_id: int, name: str) -> datetime | None:
    """Say until when a secret that was replaced is accepted; None where it is not any more."""
    until: datetime | None = await QUERIES.ends_at(database, connection_id=connection_id, name=name)
    return until


def webhooks(public_url: str, endpoint: str) -> list[dict[str, str]]:
    """Give the address of each module and trigger of a connection, for Zoho."""
    return [
        {
            "module": module,
            "trigger": trigger,
            "url": f"{public_url}/webhooks/zoho/{endpoint}/{module}/{trigger}",
        }
        for module in ENTITIES
        for trigger in TRIGGERS
    ]
