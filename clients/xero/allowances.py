"""A budget outlives its process: written down as it changes, and taken up by the next speaker."""

import time

from bridge.postgres import Pool
from bridge.queries import load
from clients.xero.budget import MINUTE, Budget
from clients.xero.day import Day

QUERIES = load(__file__, "allowances.sql")


async def keep(pool: Pool, connection_id: int, organisation: str, budget: Budget) -> None:
    """Write down what is known of an organisation's limits, told to one of its connections."""
    day, throttle = budget.day, budget.throttle
    await QUERIES.keep_budget(
        pool,
        connection_id=connection_id,
        organisation=organisation,
        minute_limit=budget.per_minute,
        minute_calls=budget.minute_calls,
        day_left=day.left,
        day_most=day.most,
        day_known=max(0.0, day.known_until - time.monotonic()),
        throttled=throttle.seconds,
        throttled_by=throttle.limit,
    )


async def take_up(
    pool: Pool, connection_id: int, per_minute: int, already: int, minute: float = MINUTE
) -> Budget:
    """Make the budget of a connection's organisation of what the last speaker knew.

    `already` are the calls of the last minute that are known otherwise; `minute` as in Budget.
    """
    row = await QUERIES.kept_budget(pool, connection_id=connection_id, minute=minute)
    if row is None:
        return Budget(per_minute, already, minute=minute)
    known_until = time.monotonic() + row["day_known"]
    day = Day(row["day_left"], row["day_most"], known_until)
    budget = Budget(per_minute, max(already, row["minute_calls"]), minute=minute, day=day)
    if row["throttled"] > 0:
        budget.rest(row["throttled"], row["throttled_by"])
    return budget
