"""`bridge events …`: events that could not be decided get another chance."""

from typing import Annotated, Final

import typer

from bridge.cli.audit import record
from bridge.cli.connections import find
from bridge.cli.parts import opened
from bridge.cli.saying import REFUSED, WRONG, fail, run, say, settings_or_end
from bridge.queries import load
from bridge.settings import Settings

QUERIES = load(__file__, "operating.sql")
CHOOSE: Final = "Choose which: event ids, or --all"

app = typer.Typer(help="Decide parked events again.", no_args_is_help=True)


@app.callback()
def events() -> None:
    """Decide parked events again."""


@app.command("replay")
def replay(
    connection: Annotated[str, typer.Option(help="The connection's name.")],
    ids: Annotated[list[int] | None, typer.Argument(help="Events, by id.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All parked events.")] = False,
) -> None:
    """Let parked events be decided again, for instance after an upgrade that can read them."""
    if bool(ids) == everything:
        fail(CHOOSE, REFUSED)
    count = run(_replay(settings_or_end(), connection, ids or [], everything=everything))
    say(f"{count} events will be decided again.")
    if ids and count < len(set(ids)):
        fail(f"{len(set(ids)) - count} of the events are not parked events of {connection}", WRONG)


async def _replay(settings: Settings, name: str, ids: list[int], *, everything: bool) -> int:
    async with opened(settings) as parts:
        row = await find(parts, name)
        async with parts.pool.acquire() as connection, connection.transaction():
            chosen = {"connection_id": row["id"], "ids": ids, "everything": everything}
            replayed = [each["id"] for each in await QUERIES.replay(connection, **chosen)]
            await record(connection, row["id"], "events.replayed", {"events": replayed})
    return len(replayed)
