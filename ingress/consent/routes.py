"""The routes under `/connect`: who may start, and what is said where nobody can be sent on."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlencode

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bridge.crypto import VaultError
from bridge.postgres import AWAY, borrowed
from ingress.api.guard import NEEDED, refuse_role
from ingress.auth.actor import Actor
from ingress.auth.admission import Admission
from ingress.connections.office import Office, RefusedError, UnknownConnectionError
from ingress.consent.consents import back
from ingress.consent.xero import ToXero
from ingress.consent.zoho import ToZoho

LOG = structlog.get_logger()
Answer = Callable[[Request], Awaitable[Response]]
Start = Callable[[Request, Actor], Awaitable[Response]]
PATIENCE: Final = 10.0  # seconds to find out who asks


def routes(office: Office, admission: Admission) -> list[BaseRoute]:
    """Give the routes; the callback comes first, so no connection can stand in its place."""
    xero, zoho = ToXero(office), ToZoho(office)

    def guarded(start: Start) -> Answer:
        async def answer(request: Request) -> Response:
            actor = await _who(office, admission, request)
            if actor is None:
                return _come_in(request)
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
        Route("/connect/xero/callback", _leading_on(xero.callback)),
        Route("/connect/xero/{connection}", guarded(xero.start)),
        Route("/connect/zoho/callback", _leading_on(zoho.callback)),
        Route("/connect/zoho/{connection}", guarded(zoho.start)),
    ]


def _leading_on(callback: Answer) -> Answer:
    """Lead a browser on whatever happens: a callback's address must not stay in its history."""

    async def answer(request: Request) -> Response:
        try:
            return await callback(request)
        except UnknownConnectionError:
            return back(None, "expired")  # deleted meanwhile
        except (*AWAY, VaultError, RefusedError) as error:
            LOG.warning("consent.lost", problem=f"{type(error).__name__}: {error}")
            return back(None, "unavailable")

    return answer


async def _who(office: Office, admission: Admission, request: Request) -> Actor | None:
    async with borrowed(office.pool, PATIENCE) as database:
        return await admission.actor(request, database)


def _come_in(request: Request) -> Response:
    """Lead a person to the sign-in and back here; tell a script what it lacks."""
    if "authorization" not in request.headers and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"/sign-in?{urlencode({'next': request.url.path})}", 303)
    raise HTTPException(401, NEEDED, {"WWW-Authenticate": 'Bearer realm="bridge"'})
