"""The routes under `/connect`: who may start, and what is said where nobody can be sent on."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bridge.postgres import AWAY, borrowed
from ingress.auth.actor import Actor
from ingress.auth.admission import Admission
from ingress.connect.xero import ToXero
from ingress.connect.zoho import ToZoho
from ingress.connections.office import Office, RefusedError, UnknownConnectionError
from ingress.guard import NEEDED, refuse_role

Start = Callable[[Request, Actor], Awaitable[Response]]
PATIENCE: Final = 10.0  # seconds to find out who asks


def routes(office: Office, admission: Admission) -> list[BaseRoute]:
    """Give the routes; the callback comes first, so no connection can stand in its place."""
    xero, zoho = ToXero(office), ToZoho(office)

    def guarded(start: Start) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            actor = await _who(office, admission, request)
            if refusal := refuse_role(actor, "admin"):
                return refusal
            try:
                return await start(request, actor)
            except UnknownConnectionError as error:
                raise HTTPException(404, str(error)) from None
            except RefusedError as error:
                raise HTTPException(409, str(error)) from None
            except AWAY:
                raise HTTPException(503, "PostgreSQL is away", {"Retry-After": "5"}) from None

        return answer

    return [
        Route("/connect/xero/callback", xero.callback),
        Route("/connect/xero/{connection}", guarded(xero.start)),
        Route("/connect/zoho/callback", zoho.callback),
        Route("/connect/zoho/{connection}", guarded(zoho.start)),
    ]


async def _who(office: Office, admission: Admission, request: Request) -> Actor:
    async with borrowed(office.pool, PATIENCE) as database:
        actor = await admission.actor(request, database)
    if actor is None:
        raise HTTPException(401, NEEDED, {"WWW-Authenticate": 'Bearer realm="bridge"'})
    return actor
