"""Xero's limits for one organisation, held by the one process that speaks to it (E4)."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from clients.xero.answers import Answer

CONCURRENT: Final = 4  # of Xero's five at once; a person's check may need one beside us
WINDOW: Final = 61.0  # seconds; Xero's minute, and one for the way
SPARE: Final = 12  # one call in so many is left to others, who use the same limit
DAY_RESERVE: Final = 50  # calls of the day that are kept for looking up what became of others
BRIEF_PAUSE: Final = 2.0  # seconds, after a concurrency refusal, which names no time


class Budget:
    """Counts calls, spaces them, and waits where Xero would refuse.

    `per_minute` is Xero's 60. Times are seconds on the monotonic clock.
    """

    def __init__(self, per_minute: int, already: int = 0) -> None:
        now = time.monotonic()
        self._per_minute = max(1, per_minute - per_minute // SPARE)
        self._calls: deque[float] = deque([now] * min(already, self._per_minute))
        self._places = asyncio.Semaphore(CONCURRENT)
        self._not_before = 0.0
        self.day_left: int | None = None

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold one of the places at once, when the minute allows a call; `spend` counts it."""
        async with self._places:
            while (wait := self.wait()) > 0:  # noqa: ASYNC110  only time frees a call
                await asyncio.sleep(wait)
            yield

    @property
    def full(self) -> bool:
        """All places are taken."""
        return self._places.locked()

    def spend(self) -> None:
        """Count one call, just before it is sent."""
        self._calls.append(time.monotonic())

    def rest(self, seconds: float) -> None:
        """Send nothing for a while: Xero does not answer."""
        self._not_before = max(self._not_before, time.monotonic() + seconds)

    def wait(self) -> float:
        """Seconds until the next call may go, 0 when it may now."""
        now = time.monotonic()
        while self._calls and self._calls[0] <= now - WINDOW:
            self._calls.popleft()
        return max(0.0, self._not_before - now, self._pace(now))

    def _pace(self, now: float) -> float:
        left = self._per_minute - len(self._calls)
        if left > self._per_minute // 3:
            return 0.0
        frees = self._calls[0] + WINDOW - now
        if left <= 0:
            return frees
        # The last third of the minute's calls is spread, so that batches fill while they wait.
        return self._calls[-1] + frees / (left + 1) - now

    @property
    def exhausted(self) -> bool:
        """Only the reserve of the day's calls is left."""
        return self.day_left is not None and self.day_left <= DAY_RESERVE

    def heed(self, answer: Answer) -> float:
        """Learn from an answer's headers; returns the seconds that Xero asks us to wait, or 0."""
        if (left := answer.number("x-daylimit-remaining")) is not None:
            self.day_left = left
        if answer.status != 429:  # noqa: PLR2004  HTTP: too many requests
            return 0.0
        pause = float(answer.number("retry-after") or BRIEF_PAUSE)
        self.rest(pause)
        return pause
