"""`bridge recover`: after the database came back from a copy, nothing is sent unlooked (F66)."""

from typing import Annotated, Final

import typer

from bridge.cli.actor import actor
from bridge.cli.arguments import AsJson
from bridge.cli.parts import within
from bridge.cli.saying import REFUSED, fail, say, say_json
from bridge.parts import Parts
from bridge.queries import load
from ingress.audit import record
from ingress.connections.finding import find, list_all

QUERIES = load(__file__, "recover.sql")
LONG: Final = (
    72  # hours: what Zoho's lists tell anew, and what people replay by hand, comes in them
)
SAID: Final = (
    "{}: for {} hours Xero is searched for everything before it is created there. Now run"
    " `bridge sweep --connection {}`, so that Zoho tells what the copy does not know."
)


def recover(
    connection: Annotated[
        list[str] | None, typer.Option(help="Only this connection; repeatable. All by default.")
    ] = None,
    hours: Annotated[int, typer.Option(min=0, help="For how long; 0 ends it.")] = LONG,
    as_json: AsJson = False,
) -> None:
    """After a restore of the database, or a lost tail: look in Xero before creating anything.

    Run it after the restore and before any outbox starts.
    """
    names = within(lambda parts: _recover(parts, connection or [], hours))
    if not names:
        fail("There is no connection to recover", REFUSED)
    if as_json:
        say_json({"connections": names, "hours": hours})
    for name in () if as_json else names:
        say(SAID.format(name, hours, name) if hours else f"{name}: sends without looking again.")


async def _recover(parts: Parts, names: list[str], hours: int) -> list[str]:
    found = [await find(parts.pool, name) for name in names] or await list_all(parts.pool)
    async with parts.pool.acquire() as connection, connection.transaction():
        for row in found:
            await QUERIES.look_first(connection, connection_id=row["id"], hours=hours)
            await QUERIES.announce(connection, connection_id=row["id"])
            await QUERIES.forget_looks(connection, connection_id=row["id"])
            detail = {"hours": hours}
            await record(connection, actor(), "connection.recovered", row["id"], detail=detail)
    return [row["name"] for row in found]
