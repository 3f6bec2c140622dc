"""`bridge import`: accounts, and contacts by choice, from Xero into Zoho (C3)."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import typer

from bridge.cli.actor import actor
from bridge.cli.arguments import AsJson, Of
from bridge.cli.parts import within
from bridge.cli.saying import REFUSED, WRONG, fail, note, say, say_json
from bridge.parts import Parts

if TYPE_CHECKING:
    from schemas.imports import ImportView

GLANCE: Final = 1.0  # seconds between two looks at how far it is
DISABLED: Final = "{name} is disabled. Run `bridge connection enable {name}`"


def import_now(
    connection: Of,
    as_json: AsJson = False,
) -> None:
    """Import the chart of accounts, and customers and vendors by choice, from Xero into Zoho.

    It may be repeated: what is there already is found again. Exits 1 when a part of it failed.
    """
    view = within(lambda parts: _import(parts, connection, quiet=as_json))
    if as_json:
        say_json(view.model_dump(mode="json"))
    else:
        for line in _report(view):
            say(line)
    if view.state == "failed" or view.problem:
        raise typer.Exit(WRONG)


async def _import(parts: Parts, name: str, *, quiet: bool) -> "ImportView":
    from bridge.cli.jobs.importing import QUERIES, job
    from bridge.holding import BusyError
    from bridge.schedule import run_now
    from clients.xero.errors import XeroError
    from clients.zoho.errors import ZohoError
    from ingress.connections.finding import find

    row = await find(parts.pool, name)
    if not row["enabled"]:
        fail(DISABLED.format(name=name), REFUSED)
    await QUERIES.ask(parts.pool, connection_id=row["id"], actor=actor())
    showing = asyncio.create_task(_show_progress(parts, row["id"], quiet=quiet))
    try:
        await run_now(parts.pool, job(parts), row["id"])
    except BusyError:
        note("An import is under way already; this is how far it is.")
    except (XeroError, ZohoError) as error:
        fail(f"{error}. The import goes on from there when it can, or ask again", WRONG)
    finally:
        showing.cancel()
    return await _view(parts, row["id"])


async def _view(parts: Parts, connection_id: int) -> "ImportView":
    from ingress.api.imports import view

    async with parts.pool.acquire() as database:
        found = await view(database, connection_id)
    if found is None:
        fail("The import is gone: the connection was deleted meanwhile", WRONG)
    return found


async def _show_progress(parts: Parts, connection_id: int, *, quiet: bool) -> None:
    before = ""
    while not quiet:
        await asyncio.sleep(GLANCE)
        found = await _view(parts, connection_id)
        counted = ", ".join(f"{n} {kind}s" for kind, n in _totals(found))
        now = f"{found.step}: {counted or 'reading'}"
        if found.step and now != before:
            note(now)
            before = now


def _totals(view: "ImportView") -> Iterator[tuple[str, int]]:
    for kind, outcomes in view.counts.items():
        yield kind, sum(outcomes.values())


def _report(view: "ImportView") -> Iterator[str]:
    yield f"The import is {view.state}."
    if view.problem:
        yield f"{view.problem}."
    for kind, outcomes in view.counts.items():
        counted = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        yield f"{kind}s: {counted}"
    for item in view.refused:
        yield f"refused: {item.kind} {item.name}: {item.reason}"
    if any("waiting" in outcomes for outcomes in view.counts.values()):
        yield "What waits is written to Zoho by the outbox; ask again to see what it came to."
