"""Refusals: a code and a text, under an HTTP status (Zoho: API errors)."""

from collections.abc import Mapping


class Refused(Exception):  # a refusal is an answer, not an error of ours
    """An answer with a code other than 0; `status` is the HTTP status."""

    def __init__(
        self, code: int, message: str, status: int = 400, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status
        self.headers = dict(headers or {})


# Codes of refusals that no public source names: one for the number, one for the state of things.
TAKEN, NOT_NOW = 1001, 4000


def missing(title: str) -> Refused:
    """There is no such document (any more)."""
    return Refused(1002, f"{title} does not exist.", 404)


def invalid(field: str) -> Refused:
    """A field's value is of the wrong kind, or outside of what Zoho takes."""
    return Refused(2, f"Invalid value passed for {field}")


def required(field: str) -> Refused:
    """A field that must be there is not."""
    return Refused(4, f"Invalid value passed for {field}: it must not be empty")


def unauthorised() -> Refused:
    """No token, a dead one, or one without the scope."""
    return Refused(57, "You are not authorized to perform this operation", 401)


def not_a_member() -> Refused:
    """The token's user has nothing to do with the organisation, or none was named."""
    return Refused(6041, "This user is not associated with the CompanyID/CompanyName:.")


def no_such_url(status: int = 404) -> Refused:
    """Nothing is served at this address."""
    return Refused(5, "Invalid URL Passed", status)


def not_now(message: str) -> Refused:
    """The state of the documents forbids it."""
    return Refused(NOT_NOW, message)


def taken(title: str, number: str) -> Refused:
    """A number that must be unique is in use."""
    return Refused(TAKEN, f"{title} {number} already exists.")
