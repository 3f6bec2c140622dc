"""`bridge connection …`: sets connections up, shows them, switches and deletes them."""

import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from bridge.cli.applying import Applied
from bridge.cli.audit import record
from bridge.cli.parts import Parts, opened
from bridge.cli.saying import (
    REFUSED,
    environment,
    fail,
    note,
    run,
    say,
    say_json,
    say_table,
    settings_or_end,
)
from bridge.cli.taking import take
from bridge.postgres import Connection
from bridge.queries import load
from bridge.settings import Settings
from schemas.connections import ConnectionFileError, read_file
from schemas.words import ENTITIES, TRIGGERS

QUERIES = load(__file__, "connections.sql")

Row = Mapping[str, Any]
Act = Callable[[Connection, Row], Awaitable[str]]

app = typer.Typer(help="Set up, show, switch and delete connections.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Name = Annotated[str, typer.Argument(help="The connection's name.")]


@app.command("apply")
def apply_file(
    file: Annotated[str, typer.Argument(help="A TOML file, or - for standard input.")],
    as_json: AsJson = False,
) -> None:
    """Create or change a connection from a file, while the bridge runs."""
    text = _read(file)
    settings = settings_or_end()
    try:
        applied, warnings = run(take(read_file(text, environment()), text, settings))
    except ConnectionFileError as error:
        fail("\n".join([f"{file} is refused:", *map(str, error.problems)]), REFUSED)
    addresses = webhooks(settings.public_url, applied.endpoint)
    if as_json:
        words = {"name": applied.name, "endpoint": applied.endpoint, "state": applied.state}
        say_json(words | {"webhooks": addresses, "warnings": warnings})
    else:
        for warning in warnings:
            note(f"Warning: {warning}.")
        say(f"{applied.name}: {applied.state}" + _told(applied))
        _say_webhooks(applied.endpoint, addresses)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List all connections."""

    async def read(settings: Settings) -> list[Row]:
        async with opened(settings) as parts:
            return [_facts(row) for row in await QUERIES.list_all(parts.pool)]

    rows = run(read(settings_or_end()))
    if as_json:
        say_json(rows)
        return
    say_table(("name", "state", "zoho organisation", "cut-over", "problem"), map(_cells, rows))


@app.command("show")
def show(name: Name, as_json: AsJson = False) -> None:
    """Show a connection, its webhook addresses and its choices; never its secrets."""
    settings = settings_or_end()

    async def read() -> dict[str, Any]:
        async with opened(settings) as parts:
            row = await find(parts, name)
            secrets = await QUERIES.read_secrets(parts.pool, connection_id=row["id"])
        names = sorted(secret["name"] for secret in secrets)
        addresses = webhooks(settings.public_url, row["endpoint"])
        return _facts(row) | {"webhooks": addresses, "secrets": names, "config": row["config"]}

    shown = run(read())
    if as_json:
        say_json(shown)
        return
    for field, value in shown.items():
        if field not in {"webhooks", "config"}:
            say(f"{field}: {', '.join(value) if isinstance(value, list) else value}")
    _say_webhooks(shown["endpoint"], shown["webhooks"])
    say_json(shown["config"])


@app.command("enable")
def enable(name: Name) -> None:
    """Go on with a connection, with the events that were held."""

    async def act(connection: Connection, row: Row) -> str:
        await QUERIES.set_enabled(connection, connection_id=row["id"], enabled=True)
        held = await QUERIES.release_held(connection, connection_id=row["id"])
        await record(connection, row["id"], "connection.enabled", {"released": held})
        return f"{name} is enabled; {held} held events are decided now."

    say(run(_change(settings_or_end(), name, act)))


@app.command("disable")
def disable(name: Name) -> None:
    """Hold a connection: webhooks are kept, nothing is sent."""

    async def act(connection: Connection, row: Row) -> str:
        await QUERIES.set_enabled(connection, connection_id=row["id"], enabled=False)
        await record(connection, row["id"], "connection.disabled", {})
        return f"{name} is disabled: webhooks are kept, nothing is sent."

    say(run(_change(settings_or_end(), name, act)))


@app.command("delete")
def delete(
    name: Name, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Delete a connection with all that is kept of it; Zoho and Xero stay as they are."""
    if not yes:
        if not sys.stdin.isatty():
            fail(f"Deleting {name} needs --yes, since nobody can be asked here", REFUSED)
        typer.confirm(f"Delete {name}, its history and its secrets, for good?", abort=True)

    async def act(connection: Connection, row: Row) -> str:
        await record(connection, row["id"], "connection.deleted", {"name": name})
        await QUERIES.delete(connection, connection_id=row["id"])
        return f"{name} is deleted. Delete its webhooks in Zoho too."

    say(run(_change(settings_or_end(), name, act)))


async def find(parts: Parts, name: str) -> Row:
    """Read a connection's row by its name; ends the command when there is none."""
    row: Row | None = await QUERIES.find(parts.pool, name=name)
    if row is None:
        fail(f"There is no connection {name}. `bridge connection list` lists them", REFUSED)
    return row


def webhooks(public_url: str, endpoint: str) -> list[dict[str, str]]:
    """Give the address of each module and trigger of a connection."""
    return [
        {
            "module": module,
            "trigger": trigger,
            "url": f"{public_url}/webhooks/zoho/{endpoint}/{module}/{trigger}",
        }
        for module in ENTITIES
        for trigger in TRIGGERS
    ]


async def _change(settings: Settings, name: str, act: Act) -> str:
    """Do one thing to a connection in a transaction, and tell the processes that run."""
    async with opened(settings) as parts:
        row = await find(parts, name)
        async with parts.pool.acquire() as connection, connection.transaction():
            said = await act(connection, row)
            for channel in ("connections", "outbox"):
                await QUERIES.notify(connection, channel=channel, connection_id=row["id"])
    return said


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        fail(f"{file} can't be read: {error.strerror}", REFUSED)
    except UnicodeDecodeError:
        fail(f"{file} is not text in UTF-8", REFUSED)


def _facts(row: Row) -> dict[str, Any]:
    hidden = {"id", "config"}
    return {field: value for field, value in row.items() if field not in hidden}


def _cells(row: Row) -> tuple[str, ...]:
    state = "enabled" if row["enabled"] else "disabled"
    return (
        row["name"],
        state,
        row["organization_id"],
        str(row["cutover"]),
        row["problem"] or "",
    )


def _told(applied: Applied) -> str:
    return f" ({', '.join(applied.changes)})" if applied.changes else ""


def _say_webhooks(endpoint: str, addresses: list[dict[str, str]]) -> None:
    say(f"endpoint: {endpoint}")
    say("webhooks, to be entered in Zoho:")
    for address in addresses:
        say(f"  {address['module']} {address['trigger']}: {address['url']}")
