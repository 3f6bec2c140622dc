"""What Zoho answered, and which of our errors a no of its is (Zoho: API errors)."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import httpx

from clients.zoho.errors import (
    NoPermission,
    NotFound,
    Refused,
    Throttled,
    Unavailable,
    WrongOrganisation,
    ZohoError,
)
from schemas.reading import decimals

NO_PERMISSION: Final = 57
NO_SUCH_DOCUMENT: Final = 1002
NOT_A_MEMBER: Final = 6041
NOT_SERVED: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
UNSAID: Final = -1  # the code of an answer that has none
SUCCESSES: Final = (HTTPStatus.OK, HTTPStatus.CREATED)
LONGEST_EXCERPT: Final = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: HTTP status, Zoho's code, the parsed body (money as Decimal), the raw bytes."""

    status: int
    code: int
    body: dict[str, Any]
    raw: bytes
    headers: Mapping[str, str]

    @property
    def is_yes(self) -> bool:
        """Zoho did what was asked."""
        return self.status in SUCCESSES and self.code == 0

    @property
    def is_unauthorised(self) -> bool:
        """The token is dead, or does not cover this: Zoho says the same of both."""
        return self.status == HTTPStatus.UNAUTHORIZED or self.code == NO_PERMISSION

    @property
    def is_throttled(self) -> bool:
        """A limit is used up."""
        return self.status == HTTPStatus.TOO_MANY_REQUESTS


def read(response: httpx.Response) -> Answer:
    """Make an answer of what HTTP delivered."""
    try:
        body = decimals(response.content)
    except ValueError:
        body = None
    code = body.get("code", 0) if isinstance(body, dict) else UNSAID
    return Answer(
        response.status_code,
        code if isinstance(code, int) else UNSAID,
        body if isinstance(body, dict) else {},
        response.content,
        response.headers,
    )


def error_of(answer: Answer, seconds: float = 0.0) -> ZohoError:
    """Give the error that a no is; `seconds` is how long a throttled one asks us to wait."""
    words = _words(answer)
    if answer.is_throttled:
        return Throttled(f"Zoho's limits are used up: {words}", seconds)
    if answer.code == NOT_A_MEMBER:
        return WrongOrganisation(f"Zoho says of the organisation: {words}")
    if answer.is_unauthorised:
        return NoPermission(f"Zoho does not permit it: {words}")
    if answer.code == NO_SUCH_DOCUMENT:
        return NotFound(answer.code, words)
    unsaid = answer.code in (0, UNSAID) and answer.status not in NOT_SERVED
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or unsaid:
        return Unavailable(f"Zoho answers {answer.status}: {words}", lost=True)
    return Refused(answer.code, words)


def _words(answer: Answer) -> str:
    said = answer.body.get("message") or answer.raw.decode("utf-8", "replace")
    return str(said)[:LONGEST_EXCERPT].strip() or "nothing"
