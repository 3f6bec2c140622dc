"""Calls a minute, a day and at once for each organisation (Zoho: API limits)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from sandbox.zoho.refusals import Refused

MINUTE = 44  # Zoho: API errors
UNLIMITED = 1_000_000_000  # what the header says where the limit is off


class Limits(BaseModel, extra="forbid"):
    """The limits of one organisation; None switches one off."""

    minute: int | None = 100
    day: int | None = 10_000
    concurrent: int | None = 10


@dataclass
class Meter:
    """What one organisation's API clients have used; people at their screens use none."""

    in_flight: int = 0
    calls: int = 0  # that were let in, ever
    refused: int = 0  # that passed a limit, ever
    peak: int = 0  # the most at once
    _minute: tuple[int, int] = (0, 0)  # which minute, calls in it
    _day: tuple[int, int] = (0, 0)

    def used(self, now: datetime, zone: ZoneInfo) -> tuple[int, int]:
        """Return the calls of this minute and of this day, which ends at the zone's midnight."""
        minute, day = int(now.timestamp() // 60), now.astimezone(zone).toordinal()
        if self._minute[0] != minute:
            self._minute = (minute, 0)
        if self._day[0] != day:
            self._day = (day, 0)
        return self._minute[1], self._day[1]

    def take(self) -> None:
        """Count one call in the minute and the day last asked for."""
        self._minute = (self._minute[0], self._minute[1] + 1)
        self._day = (self._day[0], self._day[1] + 1)
        self.calls += 1
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)


def until_midnight(now: datetime, zone: ZoneInfo) -> int:
    """Return the whole seconds left of the organisation's day."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), zone)
    return int((midnight.astimezone(UTC) - now).total_seconds())


@contextmanager
def admitted(
    limits: Limits, meter: Meter, now: datetime, zone: ZoneInfo
) -> Iterator[dict[str, str]]:
    """Count the call while it runs; yields the headers, which are of the *daily* counter.

    Raises Refused with 429 and code 1070 (at once), 45 (day) or 44 (minute).
    """
    minute, day = meter.used(now, zone)
    headers = _headers(limits, day, until_midnight(now, zone))
    if refusal := _passed(limits, meter, minute, day):
        code, message = refusal
        meter.refused += 1
        wait = {"Retry-After": str(60 - int(now.timestamp()) % 60)} if code == MINUTE else {}
        raise Refused(code, message, 429, headers | wait)
    meter.take()
    try:
        yield _headers(limits, day + 1, until_midnight(now, zone))
    finally:
        meter.in_flight -= 1


def _passed(limits: Limits, meter: Meter, minute: int, day: int) -> tuple[int, str] | None:
    if limits.concurrent is not None and meter.in_flight >= limits.concurrent:
        return 1070, "The maximum number of in process requests is reached."
    if limits.day is not None and day >= limits.day:
        return 45, "The API call limit for this day is exceeded."
    if limits.minute is not None and minute >= limits.minute:
        return MINUTE, "The API call limit for a minute is exceeded."
    return None


def _headers(limits: Limits, used: int, reset: int) -> dict[str, str]:
    limit = UNLIMITED if limits.day is None else limits.day
    return {
        "x-rate-limit-limit": str(limit),
        "x-rate-limit-remaining": str(max(limit - used, 0)),
        "x-rate-limit-reset": str(reset),
    }
