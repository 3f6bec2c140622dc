"""The audit trail of what is done on the command line."""

import getpass
from collections.abc import Mapping
from typing import Any

from bridge.postgres import Connection
from bridge.queries import load

QUERIES = load(__file__, "connections.sql")


async def record(
    connection: Connection, connection_id: int, action: str, detail: Mapping[str, Any]
) -> None:
    """Add one row, in the caller's transaction; `detail` holds no secret."""
    await QUERIES.write_audit(
        connection, connection_id=connection_id, actor=actor(), action=action, detail=detail
    )


def actor() -> str:
    """Name whoever runs the command."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a container's account need not have a name
        return "cli"
