"""The command line. It composes the rooms: the one place that may import them all."""

import sys
from collections.abc import Callable, Mapping
from typing import Final

import typer

from bridge import logs
from bridge.cli import (
    asset_push,
    backfill,
    commands,
    connection,
    contacts,
    events,
    import_command,
    keys,
    reconcile,
    recover,
    roles,
    sweep,
    tokens,
    tools,
    users,
    zoho,
)

COMMANDS: Final[Mapping[str, Callable[..., None]]] = {
    "ingress": roles.ingress,
    "processor": roles.processor,
    "outbox": roles.outbox,
    "sweeper": roles.sweeper,
    "run": roles.run_all,
    "migrate": tools.migrate,
    "doctor": tools.doctor,
    "rules": tools.rules,
    "sandbox": tools.sandbox,
    "demo": tools.demo,
    "asset-push": asset_push.asset_push,
    "sweep": sweep.sweep,
    "import": import_command.import_now,
    "recover": recover.recover,
    "reconcile": reconcile.reconcile,
    "backfill": backfill.backfill,
}
GROUPS: Final[Mapping[str, typer.Typer]] = {
    "connection": connection.app,
    "events": events.app,
    "commands": commands.app,
    "contacts": contacts.app,
    "keys": keys.app,
    "users": users.app,
    "tokens": tokens.app,
    "zoho": zoho.app,
}

app = typer.Typer(
    help="Keeps a Xero organisation true to a Zoho Inventory organisation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
for name, command in COMMANDS.items():
    app.command(name)(command)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)


def main() -> None:
    """Run the command line; the entry point of `bridge`."""
    # A command's stdout is its result. The roles send their logs where they are collected.
    logs.configure("console", "warning", sys.stderr)
    app(prog_name="bridge")
