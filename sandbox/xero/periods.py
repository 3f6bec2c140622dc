"""Lock dates, and today where the organisation is."""

from collections.abc import Iterator
from datetime import date

from sandbox.xero.call import Call
from sandbox.xero.organisation import Organisation


def today(call: Call) -> date:
    """Return the date in the organisation's own zone."""
    return call.now.astimezone(call.organisation.zone).date()


def locked(org: Organisation, *days: date) -> Iterator[str]:
    """Say that one of the days is locked. The lock date itself counts as locked: Xero's text says
    "before", its readers say "on or before", and the stricter one is played (Xero: organisation).
    """  # noqa: D205  # one thought, longer than a line
    locks = (
        ("period lock date", org.period_lock_date),
        ("end of year lock date", org.end_of_year_lock_date),
    )
    for name, lock in locks:
        if lock and min(days) <= lock:
            yield (
                f"The document date cannot be before the {name}, "
                f"currently set at {lock.day} {lock:%B %Y}"
            )
