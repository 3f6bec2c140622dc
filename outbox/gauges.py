"""What an outbox process shows of each connection that it speaks for."""

from bridge import metrics
from bridge.postgres import Pool
from bridge.queries import load
from outbox.lease import Lease
from outbox.xero.claiming import head_age
from schemas.words import UNFINISHED

QUERIES = load(__file__, "lease.sql")


async def show(pool: Pool, lease: Lease) -> None:
    """Say that the connection is spoken for here, and what waits in it."""
    where = {"connection_id": lease.connection_id}
    metrics.LEASE_HELD.labels(lease.name).set(1)
    counts = {row["state"]: row["count"] for row in await QUERIES.gauges(pool, **where)}
    for state in UNFINISHED:
        metrics.COMMANDS_OPEN.labels(lease.name, state).set(counts.get(state, 0))
    oldest = await head_age(pool, **where) if "pending" in counts else None
    metrics.OUTBOX_HEAD_AGE.labels(lease.name).set(oldest or 0.0)


def forget(name: str) -> None:
    """Leave a connection's gauges to the process that speaks for it now."""
    metrics.LEASE_HELD.labels(name).set(0)
    metrics.OUTBOX_HEAD_AGE.remove(name)
    for state in UNFINISHED:
        metrics.COMMANDS_OPEN.remove(name, state)
