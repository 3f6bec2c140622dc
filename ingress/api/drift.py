"""The newest comparison of both sides, as it was stored."""

from bridge.postgres import Connection
from bridge.queries import load
from schemas.drift import DriftRow, DriftView

QUERIES = load(__file__, "drift.sql")


async def drift_of(database: Connection, connection_id: int) -> DriftView:
    """Read what differs between a connection's two systems since they were last compared."""
    row = await QUERIES.comparison(database, connection_id=connection_id)
    if row is None:
        return DriftView(
            compared_at=None, documents=0, xero_calls=0, zoho_calls=0, notes=[], drift=[]
        )
    rows = await QUERIES.differences(database, connection_id=connection_id)
    return DriftView(**row, drift=[DriftRow.model_validate(each["difference"]) for each in rows])
