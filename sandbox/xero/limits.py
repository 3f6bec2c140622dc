"""Xero's limits: calls a minute, a day and at once for each organisation, a minute for the app."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from zlib import crc32

from sandbox.xero.answer import Answer
from sandbox.xero.refusals import Answered

MINUTE, DAY = 60, 86_400
UNLIMITED = 1_000_000_000  # what the header says where a limit is off


@dataclass
class Window:
    """A fixed window of `seconds` that admits `limit` calls; None admits all."""

    seconds: int
    offset: int = 0
    _number: int = -1
    _used: int = 0

    def remaining(self, now: datetime, limit: int | None) -> int:
        """Return how many calls are left in the window of `now`."""
        number = int(now.timestamp() + self.offset) // self.seconds
        if number != self._number:
            self._number, self._used = number, 0
        return UNLIMITED if limit is None else max(limit - self._used, 0)

    def take(self) -> None:
        """Count one call in the window last asked for."""
        self._used += 1

    def ends_in(self, now: datetime) -> int:
        """Return the whole seconds until the window ends, at least 1."""
        return max(1, ceil(self.seconds - (now.timestamp() + self.offset) % self.seconds))


@dataclass
class Limits:
    """The limits of one organisation (Xero: limits); None switches one off."""

    minute: int | None = 60
    day: int | None = 5_000
    concurrent: int | None = 5
    app_minute: int | None = 10_000  # over all organisations


@dataclass
class Meter:
    """What one organisation has used. Windows start at other times for each organisation."""

    name: str
    app: Window  # shared by all meters of the app
    in_flight: int = 0
    minute: Window = field(init=False)
    day: Window = field(init=False)

    def __post_init__(self) -> None:
        offset = crc32(self.name.encode())
        self.minute = Window(MINUTE, offset % MINUTE)
        self.day = Window(DAY, offset % DAY)


@contextmanager
def admitted(limits: Limits, meter: Meter, now: datetime) -> Iterator[dict[str, str]]:
    """Hold one of the places at once and count the call; yields the headers that say what is left.

    Raises Answered with 429 and `X-Rate-Limit-Problem`; only the minute and the day come with
    `Retry-After` (Xero: limits). A refused call counts for nothing.
    """
    day, minute = meter.day.remaining(now, limits.day), meter.minute.remaining(now, limits.minute)
    shared = meter.app.remaining(now, limits.app_minute)
    if limits.concurrent is not None and meter.in_flight >= limits.concurrent:
        raise _too_many("concurrent", None, day, minute, shared)
    if not day:
        raise _too_many("day", meter.day.ends_in(now), day, minute, shared)
    if not minute:
        raise _too_many("minute", meter.minute.ends_in(now), day, minute, shared)
    if not shared:
        raise _too_many("appminute", None, day, minute, shared)
    for window in (meter.day, meter.minute, meter.app):
        window.take()
    meter.in_flight += 1
    try:
        yield _headers(day - 1, minute - 1, shared - 1)
    finally:
        meter.in_flight -= 1


def _headers(day: int, minute: int, shared: int) -> dict[str, str]:
    return {
        "X-DayLimit-Remaining": str(day),
        "X-MinLimit-Remaining": str(minute),
        "X-AppMinLimit-Remaining": str(shared),
    }


def _too_many(problem: str, wait: int | None, day: int, minute: int, shared: int) -> Answered:
    retry = {} if wait is None else {"Retry-After": str(wait)}
    headers = {**_headers(day, minute, shared), "X-Rate-Limit-Problem": problem, **retry}
    return Answered(Answer(429, f"The {problem} rate limit has been exceeded", headers))
