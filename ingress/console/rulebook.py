"""The rules page: what is synced and when not, from the program's own table."""

from starlette.responses import Response

from ingress.console.visitor import Visitor


async def show(visitor: Visitor) -> Response:
    """Show the whole table."""
    await visitor.connection()
    return visitor.page("rules.html", title="Rules", rules=visitor.console.rules)
