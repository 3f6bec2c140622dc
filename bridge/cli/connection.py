"""`bridge connection …`: sets connections up, shows them, switches and deletes them."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bridge.cli.actor import actor
from bridge.cli.arguments import AsJson, Name, Unasked
from bridge.cli.parts import office_of, within
from bridge.cli.saying import (
    REFUSED,
    ask_first,
    environment,
    fail,
    note,
    say,
    say_json,
    say_table,
    settings_or_end,
)
from ingress.connections.finding import Row, find, list_all, secret_names, webhooks
from ingress.connections.office import Office
from schemas.connections import ConnectionFileError, read_file

if TYPE_CHECKING:
    from ingress.connections.storing import Applied

IMPORTS: Final = ". An import from Xero begins within seconds; `bridge import` shows how far it is"
NEXT: Final = (
    "Set the webhooks up with `bridge zoho install {name} --yes`, or by hand as `bridge zoho recipe"
    " {name}` says. Then `bridge doctor` tells whether all is well."
)
Act = Callable[[Office], Awaitable[Any]]

app = typer.Typer(help="Set up, show, switch and delete connections.", no_args_is_help=True)


@app.command("apply")
def apply_file(
    file: Annotated[str, typer.Argument(help="A TOML file, or - for standard input.")],
    as_json: AsJson = False,
) -> None:
    """Create or change a connection from a file, while the bridge runs."""
    from ingress.connections.taking import take

    text = _read(file)
    try:
        given = read_file(text, environment())
        applied, warnings = _at_office(lambda office: take(office, given, actor(), text=text))
    except ConnectionFileError as error:
        fail("\n".join([f"{file} is refused:", *map(str, error.problems)]), REFUSED)
    addresses = webhooks(settings_or_end().public_url, applied.endpoint)
    if as_json:
        words = {"name": applied.name, "endpoint": applied.endpoint, "state": applied.state}
        say_json(words | {"webhooks": addresses, "warnings": warnings})
    else:
        for warning in warnings:
            note(f"Warning: {warning}.")
        say(f"{applied.name}: {applied.state}" + _told(applied))
        _say_webhooks(applied.endpoint, addresses)
        note(NEXT.format(name=applied.name))


@app.command("list")
def list_connections(as_json: AsJson = False) -> None:
    """List all connections."""

    async def read(office: Office) -> list[Row]:
        return [_facts(row) for row in await list_all(office.pool)]

    rows = _at_office(read)
    if as_json:
        say_json(rows)
        return
    say_table(("name", "state", "zoho organisation", "cut-over", "problem"), map(_cells, rows))


@app.command("show")
def show(name: Name, as_json: AsJson = False) -> None:
    """Show a connection, its webhook addresses and its choices; never its secrets."""

    async def read(office: Office) -> dict[str, Any]:
        row = await find(office.pool, name)
        addresses = webhooks(office.settings.public_url, row["endpoint"])
        names = await secret_names(office.pool, row["id"])
        return _facts(row) | {"webhooks": addresses, "secrets": names, "config": row["config"]}

    shown = _at_office(read)
    if as_json:
        say_json(shown)
        return
    for field, value in shown.items():
        if field not in {"webhooks", "config"}:
            say(f"{field}: {', '.join(value) if isinstance(value, list) else value}")
    _say_webhooks(shown["endpoint"], shown["webhooks"])
    say_json(shown["config"])


@app.command("enable")
def enable(name: Name, as_json: AsJson = False) -> None:
    """Go on with a connection, with the events that were held."""
    from ingress.connections import switching

    enabled = _at_office(lambda office: switching.enable(office, name, actor()))
    if as_json:
        say_json({"name": name, "enabled": True, **asdict(enabled)})
        return
    for warning in enabled.warnings:
        note(f"Warning: {warning}.")
    say(f"{name} is enabled; {enabled.released} held events are decided now.")


@app.command("disable")
def disable(name: Name, as_json: AsJson = False) -> None:
    """Hold a connection: webhooks are kept, nothing is sent."""
    from ingress.connections import switching

    _at_office(lambda office: switching.disable(office, name, actor()))
    if as_json:
        say_json({"name": name, "enabled": False})
        return
    say(f"{name} is disabled: webhooks are kept, nothing is sent.")


@app.command("delete")
def delete(
    name: Name,
    yes: Unasked = False,
    keep_history: Annotated[
        bool, typer.Option("--keep-history", help="Keep what can be read of its documents.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Delete a connection: its tokens are revoked, its secrets forgotten; Zoho and Xero stay."""
    from ingress.connections import deleting

    lost = "its secrets" if keep_history else "its history and its secrets"
    ask_first(f"Delete {name} and {lost}, for good?", f"Deleting {name}", yes=yes)
    deleted = _at_office(
        lambda office: deleting.delete(office, name, actor(), keep_history=keep_history),
    )
    if as_json:
        say_json({"name": name, **asdict(deleted)})
        return
    for warning in deleted.warnings:
        note(f"Warning: {warning}.")
    kept = f" Its history is kept as {deleted.kept_as}." if deleted.kept_as else ""
    say(f"{name} is deleted. Delete its webhooks in Zoho too.{kept}")


def _at_office(act: Act) -> Any:
    """Do one thing with connections; what a person can mend ends the command."""
    return within(lambda parts: act(office_of(parts)))


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except OSError as error:
        fail(f"{file} can't be read: {error.strerror}", REFUSED)
    except UnicodeDecodeError:
        fail(f"{file} is not text in UTF-8", REFUSED)


def _facts(row: Row) -> dict[str, Any]:
    hidden = {"id", "config", "deleted_at"}
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


def _told(applied: "Applied") -> str:
    changed = f" ({', '.join(applied.changes)})" if applied.changes else ""
    return changed + (IMPORTS if applied.imports else "")


def _say_webhooks(endpoint: str, addresses: list[dict[str, str]]) -> None:
    say(f"endpoint: {endpoint}")
    say("webhooks, to be entered in Zoho:")
    for address in addresses:
        say(f"  {address['module']} {address['trigger']}: {address['url']}")
