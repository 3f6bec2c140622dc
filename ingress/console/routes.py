"""The console's pages in one list, each with its least role; nothing is open by default."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple
from urllib.parse import urlencode

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bridge.postgres import AWAY, borrowed
from ingress.auth.admission import SAFE, ForgedError
from ingress.body import CutOffError, TooLargeError
from ingress.console import (
    activity,
    closing,
    connecting,
    document,
    entrance,
    home,
    overview,
    people,
    problems,
    rulebook,
    sections,
    settings,
    static,
    trail,
)
from ingress.console.errors import Oops, show_error
from ingress.console.forms import read_form
from ingress.console.visitor import Console, Visitor
from schemas.words import Role

LOG = structlog.get_logger()
PATIENCE: Final = 120.0  # seconds for a page; saving settings asks Xero
LIVE: Final = "x-live"  # a page that refreshes itself: nobody is there for sure
Show = Callable[[Visitor], Awaitable[Response]]


class Page(NamedTuple):
    """A page, or a change: its least role, None for those who are nobody yet."""

    method: str
    path: str
    least: Role | None
    show: Show


CONNECTION: Final = "/connections/{name}"
SETTINGS: Final = CONNECTION + "/settings"
PAGES: Final = (
    Page("GET", "/sign-in", None, entrance.ask),
    Page("POST", "/sign-in", None, entrance.sign_in),
    Page("GET", "/setup", None, entrance.ask_first),
    Page("POST", "/setup", None, entrance.make_first),
    Page("POST", "/sign-out", "viewer", entrance.sign_out),
    Page("GET", "/", "viewer", home.show),
    Page("GET", "/audit", "viewer", trail.show),
    Page("GET", "/me", "viewer", people.me),
    Page("POST", "/me/password", "viewer", people.change_password),
    Page("GET", "/people", "admin", people.show),
    Page("POST", "/people", "admin", people.add),
    Page("POST", "/people/change", "admin", people.change),
    Page("POST", "/people/tokens", "admin", people.make_token),
    Page("POST", "/people/tokens/revoke", "admin", people.revoke_token),
    Page("GET", "/connect", "admin", connecting.ask),
    Page("POST", "/connect", "admin", connecting.connect),
    Page("GET", CONNECTION, "viewer", overview.show),
    Page("GET", CONNECTION + "/live", "viewer", activity.live),
    Page("GET", CONNECTION + "/activity", "viewer", activity.show),
    Page("GET", CONNECTION + "/documents/{entity}/{zoho_id}", "viewer", document.show),
    Page("GET", CONNECTION + "/problems", "viewer", problems.show),
    Page("POST", CONNECTION + "/problems/retry", "operator", problems.retry),
    Page("POST", CONNECTION + "/problems/skip", "operator", problems.skip),
    Page("POST", CONNECTION + "/problems/compare", "operator", problems.compare),
    Page("GET", CONNECTION + "/closing", "viewer", closing.show),
    Page("GET", CONNECTION + "/closing.csv", "viewer", closing.download),
    Page("GET", CONNECTION + "/rules", "viewer", rulebook.show),
    Page("GET", SETTINGS, "viewer", settings.show),
    Page("POST", SETTINGS + "/enable", "operator", settings.enable),
    Page("POST", SETTINGS + "/disable", "operator", settings.disable),
    Page("POST", SETTINGS + "/check", "operator", settings.check),
    Page("POST", SETTINGS + "/webhooks", "operator", settings.install),
    Page("POST", SETTINGS + "/organisation", "admin", settings.choose),
    Page("POST", SETTINGS + "/delete", "admin", settings.delete),
    Page("GET", SETTINGS + "/{section}", "admin", sections.show),
    Page("POST", SETTINGS + "/{section}", "admin", sections.save),
    Page("GET", CONNECTION + "/audit", "viewer", trail.show),
)


def routes(console: Console) -> list[BaseRoute]:
    """Give the console's routes, its files among them."""
    return [*static.routes(), *(_route(console, page) for page in PAGES)]


def _route(console: Console, page: Page) -> Route:
    async def answer(request: Request) -> Response:
        try:
            async with borrowed(console.office.pool, PATIENCE) as database:
                visitor = Visitor(console, request, database)
                return await _visit(visitor, page)
        except AWAY:
            LOG.exception("console.database_away")
            return show_error(console, request, Oops(503, "The database does not answer."))
        except Exception:
            LOG.exception("console.broke", path=page.path)
            return show_error(console, request, Oops(500, "Something broke here; it was logged."))

    return Route(page.path, answer, methods=[page.method])


async def _visit(visitor: Visitor, page: Page) -> Response:
    console, request = visitor.console, visitor.request
    by_hand = LIVE not in request.headers
    visitor.actor = await console.admission.actor(request, visitor.database, by_hand=by_hand)
    if page.least and visitor.actor is None:
        return _to_entrance(request)
    try:
        visitor.fields = await read_form(request)
        _admit(visitor, page)
        return await page.show(visitor)
    except ForgedError as error:
        return show_error(console, request, Oops(403, str(error)), visitor)
    except (TooLargeError, CutOffError):
        return show_error(console, request, Oops(413, "The form did not come whole."), visitor)
    except HTTPException as error:
        return show_error(console, request, Oops(error.status_code, error.detail), visitor)


def _admit(visitor: Visitor, page: Page) -> None:
    """Refuse who may not; raises ForgedError, HTTPException 403."""
    admission, actor = visitor.console.admission, visitor.actor
    if visitor.request.method not in SAFE and actor is None:
        admission.from_here(visitor.request)
    if actor:
        admission.proven(visitor.request, actor, visitor.typed("csrf"))
    if page.least and actor and not actor.may(page.least):
        raise HTTPException(
            403, f"This needs the role {page.least}; you have the role {actor.role}."
        )


def _to_entrance(request: Request) -> Response:
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    query = urlencode({"next": back}) if request.method in SAFE and back != "/" else ""
    return RedirectResponse("/sign-in" + (f"?{query}" if query else ""), 303)
