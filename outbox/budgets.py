"""One budget for each Xero organisation that this process speaks to, for all of its connections."""

from collections.abc import Iterable

from bridge.parts import Parts
from bridge.queries import load
from clients.xero.allowances import take_up
from clients.xero.budget import Budget
from outbox.lease import Lease

QUERIES = load(__file__, "lease.sql")


class Budgets:
    """They outlive a database that is away: what Xero asked for may not have been written down."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._known: dict[str, Budget] = {}

    async def of(self, lease: Lease, others: Iterable[Lease]) -> Budget:
        """Give the budget of a lease's organisation.

        It is the one that `others` of this process count in, or is made of what the last speaker
        left.
        """
        known = self._known.get(lease.organisation)
        if known and any(other.organisation == lease.organisation for other in others):
            return known
        pool, settings = self._parts.pool, self._parts.settings
        seen = await QUERIES.recent_calls(pool, connection_id=lease.connection_id)
        budget = await take_up(
            pool, lease.connection_id, settings.xero_calls_per_minute, seen, settings.xero_minute
        )
        if known:
            budget.rest(known.throttle.seconds, known.throttle.limit)
        self._known[lease.organisation] = budget
        return budget
