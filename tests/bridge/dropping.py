"""A server that hangs up on some, as when it fails over, while the test keeps its own line."""

from typing import Final

from bridge.postgres import Pool

DOOMED: Final = "doomed"  # the application's name of the connections that are ended


async def drop(pool: Pool) -> None:
    """Let the server end every connection of the doomed pool, asked over another one."""
    await pool.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = $1",
        DOOMED,
    )
