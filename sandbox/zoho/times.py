"""Zoho's ways of writing times and dates."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

_FORMAT = "%Y-%m-%dT%H:%M:%S%z"


class Clock(Protocol):
    """Whatever tells the sandbox's time."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        ...


def stamp(moment: datetime, zone: ZoneInfo) -> str:
    """Write `2026-06-09T09:46:21-0400`: whole seconds, no colon in the offset."""
    return moment.astimezone(zone).strftime(_FORMAT)


def list_stamp(moment: datetime) -> str:
    """Write the same instant as lists do, which is not as details do (Zoho: lists): here in UTC."""
    return moment.astimezone(UTC).strftime(_FORMAT)


def parsed(text: str) -> datetime:
    """Read what `stamp` writes. Raises ValueError."""
    return datetime.strptime(text, _FORMAT)  # noqa: DTZ007  # %z is in the format


def long_date(day: date) -> str:
    """Write a date for people: `09 Jun 2026`."""
    return day.strftime("%d %b %Y")
