"""The newest comparison of both sides, as it was stored; and another one, asked for."""

from typing import Any, Final

from bridge.holding import BusyError
from bridge.postgres import Connection
from bridge.queries import load
from bridge.schedule import Standing, ask, standing
from ingress import audit
from ingress.connections.finding import Row
from ingress.connections.office import RefusedError
from schemas.drift import DriftRow, DriftView

QUERIES = load(__file__, "drift.sql")
JOB: Final = "drift"  # by night, and whenever somebody asks for it
BUSY: Final = "Zoho and Xero are being compared already"
HELD: Final = "The connection is disabled: enable it first"
NOTHING: Final[dict[str, Any]] = {
    "compared_at": None,
    "documents": 0,
    "xero_calls": 0,
    "zoho_calls": 0,
    "notes": [],
}


async def drift_of(database: Connection, connection_id: int) -> DriftView:
    """Read what differs between a connection's two systems since they were last compared."""
    row: Any = await QUERIES.comparison(database, connection_id=connection_id)
    rows = await QUERIES.differences(database, connection_id=connection_id)
    stands = await standing(database, JOB, connection_id)
    return DriftView(
        **(row or NOTHING),
        drift=[DriftRow(**each["difference"], currency=each["currency"]) for each in rows],
        asked_by=stands.asked_by,
        asked_at=stands.asked_at,
        progress=stands.progress,
        problem=_said(stands),
    )


async def compare(database: Connection, row: Row, actor: str) -> None:
    """Have both sides of a connection compared soon: the sweeper does it, as it does by night.

    Raises RefusedError for a disabled connection, and where it is being done.
    """
    if not row["enabled"]:
        raise RefusedError(HELD)
    async with database.transaction():
        try:
            await ask(database, JOB, row["id"], actor)
        except BusyError:
            raise RefusedError(BUSY) from None
        await audit.record(database, actor, "comparison.asked", row["id"])


def _said(stands: Standing) -> str | None:
    """Say why the last comparison failed, without what the error is called among programmers."""
    kind, _, words = (stands.problem or "").partition(": ")
    return words or kind or None
