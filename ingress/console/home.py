"""The first page: every connection with how it is; with a single one, straight to it."""

from starlette.responses import Response

from bridge.queries import load
from ingress.console.visitor import Visitor, at

QUERIES = load(__file__, "console.sql")


async def show(visitor: Visitor) -> Response:
    """Show all connections, or how to make the first."""
    rows = await QUERIES.connections(visitor.database)
    if len(rows) == 1 and not visitor.asked("all"):
        return visitor.onward(at(rows[0]["name"]))
    return visitor.page("home.html", title="Connections", rows=rows)
