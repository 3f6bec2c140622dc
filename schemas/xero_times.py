"""Times as Xero writes them: `/Date(1439424000000+0000)/`, or ISO, which means UTC then."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
DATE: Final = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")


def read_moment(value: object) -> datetime | None:
    """Read a time; None for anything else."""
    text = str(value or "")
    if found := DATE.fullmatch(text):
        return EPOCH + timedelta(milliseconds=int(found[1]))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_day(value: object) -> date | None:
    """Read a calendar date, which is its own midnight in UTC (Xero: reads, dates)."""
    moment = read_moment(value)
    return moment and moment.date()
