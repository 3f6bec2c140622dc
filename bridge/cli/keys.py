"""`bridge keys …`: the keys that seal what is secret in the database."""

import typer

from bridge.cli.saying import say
from bridge.crypto import generate_key

app = typer.Typer(help="Make keys for BRIDGE_SECRET_KEY.", no_args_is_help=True)


@app.callback()
def keys() -> None:
    """Make keys for BRIDGE_SECRET_KEY."""


@app.command("generate")
def generate() -> None:
    """Print a new key, for BRIDGE_SECRET_KEY."""
    say(generate_key())
