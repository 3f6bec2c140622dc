"""The command line. It composes the rooms: the one place that may import them all."""

import typer

from bridge.cli import (
    asset_push,
    backfilling,
    commands,
    connections,
    contacts,
    events,
    import_command,
    keys,
    reconciling,
    recovering,
    roles,
    tokens,
    tools,
    users,
    zoho,
    zoho_sweep,
)

app = typer.Typer(
    help="Keeps a Xero organisation true to a Zoho Inventory organisation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
roles.register(app)
tools.register(app)
asset_push.register(app)
zoho_sweep.register(app)
import_command.register(app)
app.command()(recovering.recover)
app.command()(reconciling.reconcile)
app.command()(backfilling.backfill)
app.add_typer(connections.app, name="connection")
app.add_typer(events.app, name="events")
app.add_typer(commands.app, name="commands")
app.add_typer(contacts.app, name="contacts")
app.add_typer(keys.app, name="keys")
app.add_typer(users.app, name="users")
app.add_typer(tokens.app, name="tokens")
app.add_typer(zoho.app, name="zoho")


def main() -> None:
    """Run the command line; the entry point of `bridge`."""
    app(prog_name="bridge")
