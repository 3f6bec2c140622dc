"""How far the calls reach that Xero allows: what is left, what waits, when it will be through."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, get_args

from bridge.postgres import Connection
from bridge.queries import load
from clients.xero.day import ALL_LANES, Day
from outbox.blocked import held_back
from outbox.xero.namesakes import NAMES_A_SEARCH
from outbox.xero.routes import CHANGES, CREATES
from schemas.budget import Backlog, BudgetView, DayCalls, Lane, Minute

QUERIES = load(__file__, "outlook.sql")
LANES: Final[tuple[Lane, ...]] = get_args(Lane)
MINUTE: Final = 60.0  # seconds


async def outlook(connection: Connection, connection_id: int) -> BudgetView:
    """Show a connection's limits as its last answer from Xero told them, beside its backlog."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        limits = await QUERIES.limits(connection, connection_id=connection_id)
        rows = await QUERIES.backlog(connection, connection_id=connection_id)
        held = await held_back(connection, connection_id)
    now = limits["now"] if limits else datetime.now(UTC)
    waiting, day = _waiting(rows, held), _day(limits)
    seconds, turns = _reach(limits, day, calls_for(waiting))
    return BudgetView(
        **_told(limits),
        day=_shown(limits, day),
        may_go=list(LANES[: day.lanes(0.0) + 1]),
        backlog=Backlog(
            commands=sum(row["count"] for row in rows),
            lanes={lane: _in_lane(rows, place) for place, lane in enumerate(LANES)},
            held_back=sum(held.values()),
            calls=calls_for(waiting),
            oldest=min((row["oldest"] for row in rows), default=None),
            through_at=None if seconds is None else now + timedelta(seconds=seconds),
            day_turns=turns,
        ),
    )


def _told(limits: Any) -> dict[str, Any]:
    if limits is None:
        return dict.fromkeys(("told_at", "minute", "throttled_until", "throttled_by"))
    return {
        "told_at": limits["told_at"],
        "minute": Minute(limit=limits["minute_limit"], used=limits["minute_used"]),
        "throttled_until": limits["throttled_until"],
        "throttled_by": limits["throttled_by"],
    }


def calls_for(waiting: Mapping[str, int]) -> int:
    """The least calls that carry so many commands of each kind, contacts with their searches."""
    calls = 0
    for kind, count in waiting.items():
        route = CREATES.get(kind) or CHANGES.get(kind)
        calls += math.ceil(count / (route.batch if route else 1))
        if route and route.looks_first:
            calls += math.ceil(count / NAMES_A_SEARCH)
    return calls


def _waiting(rows: Sequence[Any], held: Mapping[str, int]) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row["kind"]] += row["count"]
    return {kind: count - held.get(kind, 0) for kind, count in counts.items()}


def _in_lane(rows: Sequence[Any], lane: int) -> int:
    return sum(row["count"] for row in rows if min(row["lane"], ALL_LANES) == lane)


def _day(limits: Any) -> Day:
    if limits is None:
        return Day()
    # Only whether it is believed matters here, so the clock may stand at 0.
    known = 1.0 if limits["day_believed"] else 0.0
    return Day(limits["day_left"], limits["day_most"], known)


def _shown(limits: Any, day: Day) -> DayCalls | None:
    if limits is None or day.left is None:
        return None
    return DayCalls(
        left=day.left,
        most=day.most or day.left,
        reserve=day.reserve,
        known_until=limits["day_known_until"],
    )


def _reach(limits: Any, day: Day, calls: int) -> tuple[float | None, int]:
    """Seconds until so many calls are made, or None and how often the day must turn before."""
    per_minute = limits["minute_limit"] if limits else None
    if per_minute is None:
        return None, 0
    if day.left is not None and day.believed(0.0) and calls > max(0, day.left - day.reserve):
        missing = calls - max(0, day.left - day.reserve)
        return None, math.ceil(missing / max(1, (day.most or 0) - day.reserve))
    wait = limits["throttled_until"] and (limits["throttled_until"] - limits["now"])
    return (wait.total_seconds() if wait else 0.0) + calls * MINUTE / per_minute, 0
