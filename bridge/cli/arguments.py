"""The arguments that many commands take, each written once."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
Of = Annotated[str, typer.Option("--connection", help="The connection's name.")]
Name = Annotated[str, typer.Argument(help="The connection's name.")]
Unasked = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
