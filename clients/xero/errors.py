"""What can go wrong with Xero before and beside a single write.

XeroError
├── Disconnected   the grant is gone, or does not cover the organisation: a person must reconnect
│   └── Revoked    the refresh token is dead: no try again will be heard
└── Unavailable    Xero can't be reached or does not answer sensibly: try again later
"""


class XeroError(Exception):
    """Anything that keeps us from asking Xero; the text is for people."""


class Disconnected(XeroError):
    """Xero refuses the grant; trying again won't help."""


class Revoked(Disconnected):
    """Xero will never take this refresh token again."""


class Unavailable(XeroError):
    """Xero is away; trying again will help."""
