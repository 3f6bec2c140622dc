"""Pages for what goes wrong: what happened, in plain words, and the way on."""

from http import HTTPStatus
from typing import Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ingress.console.visitor import Console, Visitor

NO_PAGE: Final = "There is no such page."
TITLES: Final = {
    403: "You may not do this",
    404: "Not here",
    405: "Not this way",
    409: "Not as things stand",
    413: "Too much at once",
    422: "That can't be used",
    500: "Something broke",
    503: "Back in a moment",
}


class Oops(NamedTuple):
    """What went wrong: the HTTP status, and what to tell."""

    status: int
    reason: str


def show_error(
    console: Console, request: Request, oops: Oops, visitor: Visitor | None = None
) -> Response:
    """Show the page for what went wrong."""
    visitor = visitor or Visitor(console, request, database=None)  # type: ignore[arg-type]  # asks none
    visitor.row = None
    title = TITLES.get(oops.status, "That did not work")
    return visitor.page("error.html", oops.status, title=title, reason=oops.reason)


def to_error(console: Console, request: Request, error: HTTPException) -> Response:
    """Show what went wrong outside of the console's own pages; who is nobody yet may sign in."""
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        return RedirectResponse("/sign-in", 303)
    reason = NO_PAGE if error.detail == "Not Found" else error.detail
    return show_error(console, request, Oops(error.status_code, reason))
