"""The web process as one application: its routes in one list, its tasks under one eye."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from http import HTTPStatus
from typing import Any, Final

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge import operations
from bridge.bus import Bus
from bridge.postgres import AWAY, borrowed
from ingress.api import routes as api
from ingress.auth.admission import Admission
from ingress.connections.office import Office
from ingress.consent import routes as consent
from ingress.console import pages
from ingress.console import routes as console_routes
from ingress.console.errors import to_error
from ingress.console.visitor import Console
from ingress.journal.knocks import Knocks
from ingress.journal.writer import Journal
from ingress.webhooks.answers import Header, security_headers
from ingress.webhooks.directory import Directory
from ingress.webhooks.xero import XeroWebhooks
from ingress.webhooks.zoho import ZohoWebhooks
from schemas.rules import RulePage

LOG = structlog.get_logger()
WEBHOOK: Final = re.compile(
    r"/webhooks/zoho/(?P<endpoint>[^/]+)/(?P<module>[^/]+)/(?P<trigger>[^/]+)/?"
)
XERO_WEBHOOK: Final = "/webhooks/xero"
READY_SECONDS: Final = 2.0
NO_RULES: Final = RulePage((), (), ())
DRAIN_SECONDS: Final = 5.0  # for knocks that wait when the process stops; the sweep has the rest


def build_app(office: Office, bus: Bus, rules: RulePage = NO_RULES) -> Starlette:
    """Compose the application; its lifespan runs the journal's writer, the knocks, the directory.

    `rules` are what the console shows of the rule table, which another room holds.

    Raises asyncpg's errors or OSError at startup when PostgreSQL is away. When one of its tasks
    dies later, the event loop is stopped: a process that can't do its work must not live on.
    """
    pool, settings = office.pool, office.settings
    admission = Admission(settings)
    console = pages.console(office, admission, rules)
    directory, journal = Directory(pool, office.vault), Journal(pool)
    knocks = Knocks(pool, bus, lambda: journal.crowded)
    webhooks = ZohoWebhooks(directory, journal, knocks)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await directory.refresh()
        async with _supervised(
            journal=journal.run(),
            knocks=knocks.run(),
            marks=knocks.keep_marks(),
            directory=directory.run(),
        ):
            yield
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_SECONDS):
                    await knocks.finish()

    return Face(
        webhooks,
        XeroWebhooks(pool, settings.xero_webhook_key),
        routes=_routes(webhooks, office, admission, console),
        lifespan=lifespan,
        middleware=[Middleware(SecurityHeaders, headers=security_headers(settings.public_url))],
        exception_handlers={HTTPException: _problem(console)},
    )


class Face(Starlette):
    """An application that hands webhooks over before middlewares and routes cost them time."""

    def __init__(self, webhooks: ASGIApp, xero_webhooks: ASGIApp, **parts: Any) -> None:
        super().__init__(**parts)
        self._webhooks = webhooks
        self._xero_webhooks = xero_webhooks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the short way for a webhook, the usual way for all else."""
        if scope["type"] == "http" and scope["method"] == "POST":
            address = WEBHOOK.fullmatch(scope["path"])
            if address is not None:
                scope["path_params"] = address.groupdict()
                await self._webhooks(scope, receive, send)
                return
            if scope["path"] == XERO_WEBHOOK:
                await self._xero_webhooks(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


class SecurityHeaders:
    """Adds to every answer what browsers need to know; a page says itself what it needs."""

    def __init__(self, app: ASGIApp, headers: Sequence[Header]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with the headers."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _ in message.get("headers", ())}
                more = [each for each in self._headers if each[0] not in said]
                message["headers"] = [*message.get("headers", ()), *more]
            await send(message)

        await self._app(scope, receive, send_safely)


def _routes(
    webhooks: ASGIApp, office: Office, admission: Admission, console: Console
) -> list[BaseRoute]:
    pool = office.pool

    async def ready() -> list[str]:
        try:
            async with borrowed(pool, READY_SECONDS) as connection:
                await connection.fetchval("SELECT 1")
        except AWAY as error:
            return [f"PostgreSQL is away ({type(error).__name__})"]
        return []

    return [
        Route("/webhooks/zoho/{endpoint}/{module}/{trigger}", webhooks, methods=["POST"]),
        *consent.routes(office, admission),
        api.mount(office, admission),
        *operations.routes(ready),
        *console_routes.routes(console),
    ]


def _problem(console: Console) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Make what answers when something is not there or not allowed: JSON, or a page for people."""

    async def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101  for the type: registered for it alone
        if _is_a_person(request):
            return to_error(console, request, error)
        word = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        problem = {"error": word, "reason": error.detail}
        return JSONResponse(problem, status_code=error.status_code, headers=error.headers)

    return answer


def _is_a_person(request: Request) -> bool:
    """Whether a browser asks for a page, and not a script for an answer."""
    machines = request.url.path.startswith(("/api/", "/webhooks/"))
    return not machines and "text/html" in request.headers.get("accept", "")


@contextlib.asynccontextmanager
async def _supervised(**works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(work, name=name) for name, work in works.items()]
    for task in tasks:
        task.add_done_callback(_die)
    try:
        yield
    finally:
        for task in tasks:
            task.remove_done_callback(_die)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _die(task: asyncio.Task[None]) -> None:
    if task.cancelled():
        return  # the loop is being closed
    LOG.critical("task.died", task=task.get_name(), exc_info=task.exception())
    task.get_loop().stop()
