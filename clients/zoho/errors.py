"""What can go wrong with Zoho.

ZohoError
├── Disconnected           the grant is missing or gone: a person must connect again
│   └── NotConnected       the connection has no credentials of Zoho's API
├── WrongOrganisation      the grant's user has nothing to do with the organisation
├── NoPermission           the grant does not cover this; all else works
├── Unavailable            Zoho can't be asked now: try again later
│   └── Throttled          a limit is used up: in how many seconds it is not any more
└── Refused                Zoho's no, with its code and its words
    └── NotFound           there is no such document (any more)
"""


class ZohoError(Exception):
    """Anything that keeps us from asking Zoho, or its no; the text is for people."""


class Disconnected(ZohoError):
    """Zoho refuses the grant; trying again won't help."""


class NotConnected(Disconnected):
    """There is nothing to ask Zoho with."""


class WrongOrganisation(ZohoError):
    """Code 6041: whoever gave the grant does not belong to this organisation."""


class NoPermission(ZohoError):
    """Code 57 under a live token: a scope is missing, or Zoho Books is not there."""


class Unavailable(ZohoError):
    """Zoho is away; trying again will help. `lost`: the request may have taken effect."""

    def __init__(self, message: str, *, lost: bool = False) -> None:
        super().__init__(message)
        self.lost = lost


class Throttled(Unavailable):
    """A limit is used up; `seconds` until there are calls again."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class Refused(ZohoError):
    """Zoho's no: its `code` and `message` (Zoho: API errors)."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{message} (Zoho's code {code})")
        self.code, self.message = code, message


class NotFound(Refused):
    """Code 1002: the document is not there, or not any more."""
