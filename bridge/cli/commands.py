"""`bridge commands …`: what waits for Xero, and what a person does about what is parked."""

import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final, get_args

import typer

from bridge.cli.actor import actor
from bridge.cli.arguments import AsJson, Of
from bridge.cli.budget import say_budget
from bridge.cli.held import say_held
from bridge.cli.parts import within
from bridge.cli.saying import (
    REFUSED,
    WRONG,
    fail,
    note,
    say,
    say_json,
    say_table,
)
from bridge.parts import Parts
from bridge.postgres import Connection
from bridge.queries import load
from ingress.audit import record
from ingress.connections.finding import find
from outbox.operate import Choice
from schemas.blocked import Blocked
from schemas.budget import BudgetView
from schemas.words import UNFINISHED, CommandState

QUERIES = load(__file__, "commands.sql")
STAY: Final = "These stay parked, since they can't be built yet: {}. `commands list` says why."
CHOOSE: Final = "Choose which: command ids, --cause, or --all"
NO_REASON: Final = "no reason given"
Act = Callable[[Connection, int], Awaitable[list[int]]]

app = typer.Typer(
    help="See what waits for Xero; retry or skip what is parked.", no_args_is_help=True
)
Ids = Annotated[list[int] | None, typer.Argument(help="Commands, by id.")]
Cause = Annotated[str | None, typer.Option(help="All that this cause parked, such as tax:460….")]
Everything = Annotated[bool, typer.Option("--all", help="All parked commands.")]


@app.command("list")
def list_commands(
    connection: Of,
    state: Annotated[
        list[str] | None, typer.Option(help="Flat, and only this state; repeatable.")
    ] = None,
    flat: Annotated[
        bool, typer.Option(help="One row a command, oldest first; in JSON the default.")
    ] = False,
    by_cause: Annotated[
        bool, typer.Option("--by-cause", help="In JSON too: each cause, and what waits behind it.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Name at most so many.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Show what is held back: each cause once, with all that waits behind it."""
    # Scripts go by single commands, and have done so from the start.
    if state or flat or (as_json and not by_cause):
        _list_flat(connection, state or list(UNFINISHED), limit, as_json=as_json)
        return
    held = within(lambda parts: _held(parts, connection, limit))
    if as_json:
        say_json(held.model_dump(mode="json"))
    else:
        say_held(connection, held)


@app.command("budget")
def budget(
    connection: Of,
    as_json: AsJson = False,
) -> None:
    """Show how many calls Xero still allows, and when what waits will be through."""
    seen = within(lambda parts: _outlook(parts, connection))
    if as_json:
        say_json(seen.model_dump(mode="json"))
    else:
        say_budget(connection, seen)


@app.command("retry")
def retry(
    connection: Of,
    ids: Ids = None,
    cause: Cause = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """Let parked commands go again, in their places."""
    choice = _choice(ids, cause, everything=everything)

    async def act(session: Connection, connection_id: int) -> list[int]:
        from outbox.operate import parked
        from outbox.operate import retry as let_go
        from processors.shell.replan import replan_parked

        meant = await parked(session, connection_id, choice)
        # What could not be built before may be buildable now.
        await replan_parked(session, connection_id)
        await let_go(session, connection_id, choice)
        left = await parked(session, connection_id, Choice(tuple(meant)))
        if left:
            note(STAY.format(", ".join(map(str, left))))
        return [each for each in meant if each not in left]

    done = within(lambda parts: _act(parts, connection, "commands.retried", {}, act))
    _tell(done, choice, "retried", as_json=as_json)


@app.command("skip")
def skip(
    connection: Of,
    ids: Ids = None,
    cause: Cause = None,
    everything: Everything = False,
    reason: Annotated[
        str, typer.Option(help="Why; it is kept. Asked for when missing, where one can ask.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Give up for good what is parked, or needs what Xero lacks; what waits behind may go."""
    choice = _choice(ids, cause, everything=everything)
    why = reason.strip() or _ask_why()

    async def act(session: Connection, connection_id: int) -> list[int]:
        from outbox.operate import skip as give_up

        return list(await give_up(session, connection_id, choice, by=actor(), reason=why))

    detail = {"reason": why}
    done = within(lambda parts: _act(parts, connection, "commands.skipped", detail, act))
    _tell(done, choice, "skipped", as_json=as_json)


def _ask_why() -> str:
    if not sys.stdin.isatty():
        return NO_REASON
    return str(typer.prompt("Why are they given up? It is kept with your name", err=True)).strip()


def _choice(ids: list[int] | None, cause: str | None, *, everything: bool) -> Choice:
    if sum((bool(ids), cause is not None, everything)) != 1:
        fail(CHOOSE, REFUSED)
    return Choice(tuple(ids or ()), cause, everything)


def _list_flat(name: str, states: list[str], limit: int, *, as_json: bool) -> None:
    if unknown := set(states) - set(get_args(CommandState)):
        known = ", ".join(get_args(CommandState))
        fail(f"No such state: {', '.join(sorted(unknown))}. There are {known}", REFUSED)
    rows = within(lambda parts: _list(parts, name, states, limit))
    if as_json:
        say_json(rows)
    else:
        columns = ("id", "kind", "document", "state", "cause", "reason")
        say_table(columns, map(_cells, rows))


async def _held(parts: Parts, name: str, limit: int) -> Blocked:
    from outbox.blocked import blocked

    row = await find(parts.pool, name)
    async with parts.pool.acquire() as session:
        return await blocked(session, row["id"], most=limit)


async def _outlook(parts: Parts, name: str) -> BudgetView:
    from outbox.xero.outlook import outlook

    row = await find(parts.pool, name)
    async with parts.pool.acquire() as session:
        return await outlook(session, row["id"])


async def _list(parts: Parts, name: str, states: list[str], limit: int) -> list[dict[str, Any]]:
    row = await find(parts.pool, name)
    rows = await QUERIES.list_commands(
        parts.pool, connection_id=row["id"], states=states, most=limit
    )
    return [dict(each) for each in rows]


async def _act(
    parts: Parts, name: str, action: str, detail: Mapping[str, Any], act: Act
) -> list[int]:
    row = await find(parts.pool, name)
    async with parts.pool.acquire() as connection, connection.transaction():
        done = await act(connection, row["id"])
        await record(connection, actor(), action, row["id"], detail={**detail, "commands": done})
    return done


def _tell(done: list[int], choice: Choice, word: str, *, as_json: bool) -> None:
    if as_json:
        say_json({word: done})
    else:
        say(f"{len(done)} commands are {word}.")
    if left := sorted(set(choice.ids) - set(done)):
        fail(f"Not parked, or not of this connection: {', '.join(map(str, left))}", WRONG)


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    document = f"{row['entity']}:{row['zoho_id']}"
    explained = row["cause"] or "", row["reason"] or ""
    return (str(row["id"]), row["kind"], document, row["state"], *explained)
