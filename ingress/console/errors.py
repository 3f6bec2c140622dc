"""Pages for what goes wrong: what happened, in plain words, and the way on."""

from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from ingress.console.visitor import Console, Visitor

TITLES: Final = {
    403: "You may not do this",
    404: "Not here",
    405: "Not this way",
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
    visitor = visitor or Visitor(console, request, database=None)  # type: ignore[arg-type]
    visitor.row = None
    title = TITLES.get(oops.status, "That did not work")
    return visitor.page("error.html", oops.status, title=title, reason=oops.reason)
