"""What the API says when something can't be done: the status, the word, the reason."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Final

import asyncpg
from starlette.responses import JSONResponse

from bridge.crypto import VaultError
from bridge.postgres import UNREACHABLE
from clients.xero.errors import Disconnected as XeroDisconnected
from clients.xero.errors import XeroError
from clients.zoho.errors import Disconnected as ZohoDisconnected
from clients.zoho.errors import ZohoError
from ingress.connections.office import RefusedError, UnknownConnectionError
from schemas.connections import ConnectionFileError

REFUSALS: Final[dict[type[Exception], HTTPStatus]] = {
    UnknownConnectionError: HTTPStatus.NOT_FOUND,
    RefusedError: HTTPStatus.CONFLICT,
    ConnectionFileError: HTTPStatus.UNPROCESSABLE_ENTITY,
    XeroDisconnected: HTTPStatus.CONFLICT,
    ZohoDisconnected: HTTPStatus.CONFLICT,
    XeroError: HTTPStatus.BAD_GATEWAY,
    ZohoError: HTTPStatus.BAD_GATEWAY,
    VaultError: HTTPStatus.SERVICE_UNAVAILABLE,
    # What no name, number or text of ours can hold: NUL, half a character.
    asyncpg.DataError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnicodeEncodeError: HTTPStatus.UNPROCESSABLE_ENTITY,
    asyncpg.ForeignKeyViolationError: HTTPStatus.NOT_FOUND,
    **dict.fromkeys(UNREACHABLE, HTTPStatus.SERVICE_UNAVAILABLE),
}
ODD: Final = "what was sent holds characters that can't be stored"
DELETED: Final = "the connection was deleted meanwhile"
DATABASE_AWAY: Final = "PostgreSQL is away"


def refuse(error: Exception) -> JSONResponse:
    """Answer an error of REFUSALS; a connection file's problems come one by one."""
    status = next(status for kind, status in REFUSALS.items() if isinstance(error, kind))
    reason, headers = str(error), {}
    if isinstance(error, (asyncpg.DataError, UnicodeEncodeError)):
        reason = ODD
    elif isinstance(error, asyncpg.ForeignKeyViolationError):
        reason = DELETED
    elif isinstance(error, UNREACHABLE):
        reason, headers = DATABASE_AWAY, {"Retry-After": "5"}
    problem = {"error": status.phrase.lower().replace(" ", "_"), "reason": reason}
    if isinstance(error, ConnectionFileError):
        problem |= {"fields": [asdict(each) for each in error.problems]}  # type: ignore[dict-item]  # a list beside texts
    return JSONResponse(problem, status_code=status, headers=headers)
