"""Who may come in: the bearer of a token, or a person with a session, for all under `/api`."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bridge.postgres import AWAY, Pool, borrowed
from ingress.auth.actor import Actor
from ingress.auth.admission import Admission, ForgedError
from schemas.words import Role

PATIENCE: Final = 10.0  # seconds to find out who asks
PROOF: Final = "x-csrf-token"
NEEDED: Final = (
    "send the header Authorization: Bearer with a token of `bridge tokens create`, or the one in"
    " BRIDGE_API_TOKEN; or sign in"
)


class Guard:
    """Lets those through who are somebody, and tells the app who; what they may do it decides."""

    def __init__(self, app: ASGIApp, pool: Pool, admission: Admission) -> None:
        self._app = app
        self._pool = pool
        self._admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its actor, or answer 401, 403 or 503."""
        refusal = await self._admit(Request(scope))
        await (refusal or self._app)(scope, receive, send)

    async def _admit(self, request: Request) -> JSONResponse | None:
        try:
            async with borrowed(self._pool, PATIENCE) as connection:
                actor = await self._admission.actor(request, connection)
        except AWAY:
            return _refuse(503, "service_unavailable", "PostgreSQL is away", {"Retry-After": "5"})
        if actor is None:
            challenge = {"WWW-Authenticate": 'Bearer realm="bridge"'}
            return _refuse(401, "unauthorized", NEEDED, challenge)
        try:
            self._admission.proven(request, actor, request.headers.get(PROOF, ""))
        except ForgedError as error:
            return _refuse(403, "forbidden", str(error))
        request.scope["actor"] = actor
        return None


def refuse_role(actor: Actor, least: Role) -> JSONResponse | None:
    """Answer 403 to an actor who has less than the least role; None to all others."""
    if actor.may(least):
        return None
    reason = f"this needs the role {least}, and {actor.name} has the role {actor.role}"
    return _refuse(403, "forbidden", reason)


def _refuse(
    status: int, word: str, reason: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    problem = {"error": word, "reason": reason}
    return JSONResponse(problem, status_code=status, headers=headers)
