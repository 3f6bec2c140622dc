"""The queries of what Xero told of its limits."""

from collections.abc import Iterator
from typing import Any

from tests.simulation.store.engine import Values
from tests.simulation.store.fakes.tools import between, of, organisation, pick, seconds
from tests.simulation.store.registry import FAKES
from tests.simulation.store.statement import Statement

BUDGETS = FAKES.add("clients/xero/allowances.sql")


@BUDGETS
def keep_budget(
    q: Statement, connection_id: int, day_known: float, throttled: float, **columns: Any
) -> None:
    told = {
        **columns,
        "told_at": q.now,
        "day_known_until": q.now + seconds(day_known),
        "throttled_until": q.now + seconds(throttled),
    }
    if q.insert("xero_budgets", {"connection_id": connection_id, **told}) is None:
        kept = q.get("xero_budgets", connection_id)
        assert kept is not None
        q.update(kept, **told)


@BUDGETS
def kept_budget(q: Statement, connection_id: int, minute: float) -> Iterator[Values]:
    told = of(q, "xero_budgets", organisation=organisation(q, connection_id))
    kept = max(told, key=lambda each: each["told_at"], default=None)
    if kept is not None:
        fresh = kept["told_at"] > q.now - seconds(minute)
        yield {
            **pick(kept, "minute_limit", "day_left", "day_most", "throttled_by"),
            "minute_calls": kept["minute_calls"] if fresh else 0,
            "day_known": between(kept["day_known_until"], q.now),
            "throttled": between(kept["throttled_until"], q.now),
        }
