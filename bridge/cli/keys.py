"""`bridge keys …`: the keys that seal what is secret in the database."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import typer

from bridge.cli.actor import actor
from bridge.cli.arguments import AsJson
from bridge.cli.parts import within
from bridge.cli.saying import WRONG, fail, say, say_json
from bridge.crypto import generate_key
from bridge.parts import Parts

if TYPE_CHECKING:
    from ingress.connections.resealing import Rotation

app = typer.Typer(help="Make keys for BRIDGE_SECRET_KEY, and change to them.", no_args_is_help=True)
DONE: Final = (
    "{rotated} are sealed under the newest key now, {current} were already. Older keys may be taken"
    " out of BRIDGE_SECRET_KEY once every process runs with the newest one first."
)
LOST: Final = "{count} can't be opened with any key of BRIDGE_SECRET_KEY: {which}"


@app.callback()
def keys() -> None:
    """Make keys for BRIDGE_SECRET_KEY, and change to them."""


@app.command("generate")
def generate() -> None:
    """Print a new key, for BRIDGE_SECRET_KEY."""
    say(generate_key())


@app.command("rotate")
def rotate(
    as_json: AsJson = False,
) -> None:
    """Seal every secret and token anew, under the first key of BRIDGE_SECRET_KEY.

    Put the new key first and leave the old ones behind it, restart the processes, then rotate,
    while they run. It may be stopped and started again. Exits 1 when something can't be opened.
    """
    rotation = within(_rotate)
    if as_json:
        say_json(asdict(rotation))
    else:
        say(DONE.format(rotated=rotation.rotated, current=rotation.current))
    if rotation.lost:
        fail(LOST.format(count=len(rotation.lost), which="; ".join(rotation.lost)), WRONG)


async def _rotate(parts: Parts) -> "Rotation":
    from ingress.connections import resealing

    return await resealing.rotate(parts.pool, parts.vault, actor())
