"""Xero's limits for one organisation, held by the one process that speaks to it (E4)."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from clients.xero.answers import Answer
from clients.xero.day import Day

CONCURRENT: Final = 4  # of Xero's five at once; a person's check may need one beside us
MINUTE: Final = 60.0  # seconds
SLACK: Final = 61 / 60  # Xero's minute, and a second for the way
SPARE: Final = 12  # one call in so many is left to others, who use the same limit
READERS: Final = 3  # beside the outbox, readers have at most a third of a minute's calls
OTHERS_PAUSE: Final = 1.0  # seconds until the minute is looked at again that others used up
BRIEF_PAUSE: Final = 2.0  # seconds, after a concurrency refusal, which names no time
LAST_CALLS: Final = 2  # of Xero's own count of the minute: they are left alone
OUTAGE_BACKOFF: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)  # seconds between probes


@dataclass(frozen=True, slots=True)
class Throttle:
    """Xero told us to wait: for how many seconds more, and for which of its limits."""

    seconds: float = 0.0
    limit: str | None = None


class Budget:
    """Counts calls, spaces them, and waits where Xero would refuse.

    Connections that work with the same organisation share it. `per_minute` is Xero's 60. `minute`
    is how long its minute lasts, in seconds: 60, but where a stand-in's clock runs fast. Times are
    seconds on the monotonic clock.
    """

    def __init__(
        self, per_minute: int, already: int = 0, *, minute: float = MINUTE, day: Day | None = None
    ) -> None:
        now = time.monotonic()
        self.spare = per_minute // SPARE
        self.readable = max(1, per_minute // READERS)
        self.half = per_minute // 2
        self.others = 0  # calls of this minute that readers took beyond the spare ones
        self._per_minute = max(1, per_minute - self.spare)
        self._scale = minute / MINUTE
        self._window = minute * SLACK
        self._calls: deque[float] = deque([now] * min(already, self._per_minute))
        self._places = asyncio.Semaphore(CONCURRENT)
        self._taken = 0
        self._waiting: list[asyncio.Event] = []
        self.outages = 0  # answers in a row that did not come or made no sense
        self._not_before = 0.0
        self._limit: str | None = None
        self.day = day or Day()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold one of the places at once, when the minute allows a call; `spend` counts it."""
        async with self._places:
            self._taken += 1
            try:
                while (wait := self.wait()) > 0:  # noqa: ASYNC110  only time frees a call
                    await asyncio.sleep(wait)
                yield
            finally:
                self._taken -= 1
                self._wake_all()

    @property
    def full(self) -> bool:
        """All places are taken, or one is while one call must find out how Xero is."""
        return self._places.locked() or (self._taken > 0 and self._probing)

    @property
    def crowded(self) -> bool:
        """Whoever holds a place is not alone, though one call must find out how Xero is."""
        return self._taken > 1 and self._probing

    def wake_later(self, waiting: asyncio.Event) -> None:
        """Set the event once a place is free, whoever leaves it."""
        self._waiting.append(waiting)

    def _wake_all(self) -> None:
        for waiting in self._waiting:
            waiting.set()
        self._waiting.clear()

    @property
    def _probing(self) -> bool:
        """Whether Xero is away, or what it said of the day too old."""
        return self.outages > 0 or self.day.doubtful(time.monotonic())

    def unanswered(self, outages: int) -> None:
        """Rest, since no sensible answer came; `outages` were counted when the request began.

        Those of one moment are one outage.
        """
        self.rest(OUTAGE_BACKOFF[min(outages, len(OUTAGE_BACKOFF) - 1)])
        self.outages = max(self.outages, outages + 1)

    @property
    def per_minute(self) -> int:
        """How many calls a minute we allow ourselves."""
        return self._per_minute

    @property
    def minute_calls(self) -> int:
        """How many calls the last minute has seen."""
        self._forget(time.monotonic())
        return len(self._calls)

    @property
    def throttle(self) -> Throttle:
        """How long Xero still wants us to wait."""
        seconds = self._not_before - time.monotonic()
        return Throttle(seconds, self._limit) if seconds > 0 and self._limit else Throttle()

    @property
    def tight(self) -> bool:
        """Calls are short: the minute's are being spread, so it pays to fill each."""
        return self.minute_calls >= self._per_minute - self._per_minute // 3

    @property
    def closed(self) -> bool:
        """Nothing may be sent: Xero told us to wait, or another has made the minute's last call."""
        return self.throttle.seconds > 0 or self.minute_calls + self.others >= self._per_minute

    def spend(self) -> None:
        """Count one call, just before it is sent."""
        self._calls.append(time.monotonic())

    def rest(self, seconds: float, limit: str | None = None) -> None:
        """Send nothing for a while: Xero does not answer, or told us so for a `limit`."""
        until = time.monotonic() + seconds
        if until > self._not_before:
            self._not_before, self._limit = until, limit

    def wait(self) -> float:
        """Seconds until the next call may go, 0 when it may now."""
        now = time.monotonic()
        self._forget(now)
        return max(0.0, self._not_before - now, self._pace(now))

    def _forget(self, now: float) -> None:
        while self._calls and self._calls[0] <= now - self._window:
            self._calls.popleft()

    def _pace(self, now: float) -> float:
        left = self._per_minute - len(self._calls) - self.others
        if left > self._per_minute // 3:
            return 0.0
        if not self._calls:
            return OTHERS_PAUSE * self._scale if left <= 0 else 0.0
        frees = self._calls[0] + self._window - now
        if left <= 0:
            return frees
        # The last third of the minute's calls is spread, so that batches fill while they wait.
        return self._calls[-1] + frees / (left + 1) - now

    def heed(self, answer: Answer) -> float:
        """Learn from an answer's headers; returns the seconds that Xero asks us to wait, or 0."""
        now = time.monotonic()
        if (left := answer.number("x-daylimit-remaining")) is not None:
            self.day = self.day.told(left, now)
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            return self._obey(answer, now)
        left = answer.number("x-minlimit-remaining")
        if left is not None and left < LAST_CALLS and self._calls:
            # Others use the same limit; its minute is over at the latest when our oldest call is.
            self.rest(max(BRIEF_PAUSE * self._scale, self._calls[0] + self._window - now), "minute")
        return 0.0

    def _obey(self, answer: Answer, now: float) -> float:
        limit = answer.headers.get("x-rate-limit-problem") or "unknown"
        pause = float(answer.number("retry-after") or BRIEF_PAUSE) * self._scale
        if limit == "day":
            self.day = self.day.used_up(now + pause)
        self.rest(pause, limit)
        return pause
