"""Zoho's limits for one organisation, shared by all processes that ask it (Zoho: API limits)."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from bridge.postgres import Pool
from bridge.queries import load
from clients.zoho.errors import Throttled

QUERIES = load(__file__, "budget.sql")
SPARE: Final = 10  # one call in so many is left to others, who use the same limit
CONCURRENT: Final = 4  # of the five at once that the smallest plan allows
LONGEST: Final = 45.0  # seconds after which a call that never ended gives its place back
GLANCE: Final = 0.05  # seconds until a place may have become free
MINUTE_RESET: Final = 60.0  # seconds, where a refusal for the minute names no time
BRIEF_PAUSE: Final = 1.0  # seconds, after a concurrency refusal, which names none either
DAY_USED_UP: Final = 45  # Zoho: API errors
MINUTE_USED_UP: Final = 44


@dataclass(frozen=True, slots=True)
class Lane:
    """How much of the limits a kind of work may use: shares of the minute, and of the day kept."""

    minute: float
    reserve: float


# Live work goes before repair, repair before backfill.
LIVE: Final = Lane(1.0, 0.0)
REPAIR: Final = Lane(0.8, 0.1)
BACKFILL: Final = Lane(0.6, 0.3)


class Budget:
    """Counts a connection's calls, in all processes together, and waits where Zoho would refuse.

    `per_minute` is Zoho's 100. `patience` is how long, in seconds, a call may wait for its turn.
    """

    def __init__(
        self, pool: Pool, connection_id: int, per_minute: int, lane: Lane, patience: float
    ) -> None:
        self._pool = pool
        self._connection_id = connection_id
        self._per_minute = max(1, int((per_minute - per_minute // SPARE) * lane.minute))
        self._reserve = lane.reserve
        self._patience = patience
        self._known = False

    @asynccontextmanager
    async def place(self, by: float = math.inf) -> AsyncIterator["Call"]:
        """Hold one of the places while a call is made; the call tells what it learnt.

        Raises Throttled when there is none within the patience, or `by` that monotonic second.
        """
        call = Call(await self._wait(by))
        try:
            yield call
        finally:
            await QUERIES.end_call(
                self._pool, connection_id=self._connection_id, place=call.place, **call.learnt
            )

    async def _wait(self, by: float) -> datetime:
        if not self._known:
            await QUERIES.add_row(self._pool, connection_id=self._connection_id)
            self._known = True
        until = min(by, time.monotonic() + self._patience)
        while True:
            row = await QUERIES.take_call(
                self._pool,
                connection_id=self._connection_id,
                per_minute=self._per_minute,
                at_once=CONCURRENT,
                reserve=self._reserve,
                longest=LONGEST,
            )
            if row["wait"] <= 0:
                place: datetime = row["place"]
                return place
            if time.monotonic() + row["wait"] > until:
                raise _throttled(row)
            await asyncio.sleep(max(GLANCE, row["wait"]))


class Call:
    """One call: its place, and what Zoho's answer says about the limits."""

    def __init__(self, place: datetime) -> None:
        self.place = place
        self.learnt: dict[str, Any] = dict.fromkeys(
            ("day_limit", "day_left", "day_reset", "pause"), None
        )

    def heed(self, status: int, code: int, headers: Mapping[str, str]) -> float:
        """Learn from an answer; returns the seconds that Zoho asks us to wait, or 0."""
        for name, header in (("limit", "limit"), ("left", "remaining"), ("reset", "reset")):
            self.learnt[f"day_{name}"] = _number(headers, f"x-rate-limit-{header}")
        if status != HTTPStatus.TOO_MANY_REQUESTS:
            return 0.0
        if code == DAY_USED_UP:
            self.learnt["day_left"] = 0
            pause = float(self.learnt["day_reset"] or MINUTE_RESET)
        else:
            usual = MINUTE_RESET if code == MINUTE_USED_UP else BRIEF_PAUSE
            pause = float(_number(headers, "retry-after") or usual)
        self.learnt["pause"] = pause
        return pause


def _number(headers: Mapping[str, str], name: str) -> int | None:
    value = headers.get(name, "")
    return int(value) if value.isascii() and value.isdigit() else None


def _throttled(row: Any) -> Throttled:
    seconds = float(row["wait"])
    what = "today" if row["day"] else "this minute"
    return Throttled(f"Zoho's calls for {what} are used up: again in {seconds:.0f} s", seconds)
