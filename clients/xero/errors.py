"""What can go wrong with Xero before and beside a single write.

XeroError
├── Disconnected   the grant is gone, or does not cover the organisation: a person must reconnect
│   └── Revoked    the refresh token is dead: no try again will be heard
├── Unavailable    Xero can't be reached or does not answer sensibly: try again later
├── QueryRefused   Xero can't read what it is asked for
└── DayUsed        going on would use calls of the day that are kept for the outbox
"""


class XeroError(Exception):
    """Anything that keeps us from asking Xero; the text is for people."""


class Disconnected(XeroError):
    """Xero refuses the grant; trying again won't help."""


class Revoked(Disconnected):
    """Xero will never take this refresh token again."""


class Unavailable(XeroError):
    """Xero is away; trying again will help."""


class QueryRefused(XeroError):
    """Xero can't read the query, a filter for instance (400)."""


class DayUsed(XeroError):
    """The rest of the day's calls is kept for finding out what became of what was sent."""
