"""What can go wrong with Xero before and beside a single write.

XeroError
├── Disconnected   the grant is gone, or does not cover the organisation: a person must reconnect
└── Unavailable    Xero can't be reached or does not answer sensibly: try again later
"""


class XeroError(Exception):
    """Anything that keeps us from asking Xero; the text is for people."""


class Disconnected(XeroError):
    """Xero refuses the grant; trying again won't help."""


class Unavailable(XeroError):
    """Xero is away; trying again will help."""
