"""`bridge tokens …`: bearer tokens for scripts that use /api."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from bridge.cli.actor import actor
from bridge.cli.arguments import AsJson
from bridge.cli.parts import within
from bridge.cli.saying import REFUSED, Result, fail, note, say, say_json, say_table
from bridge.parts import Parts
from schemas.words import Role

app = typer.Typer(help="Bearer tokens for scripts that use /api.", no_args_is_help=True)


@app.command("create")
def create(
    role: Annotated[Role, typer.Option(help="What it may do: viewer, operator or admin.")],
    name: Annotated[
        str, typer.Option(help="What the audit calls it; else its role and a few letters.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make a token, and print it; it is not shown again."""
    from ingress.auth import tokens

    called = name or tokens.default_name(role)
    token = _do(lambda parts: tokens.create(parts.pool, called, role, actor=actor()))
    if as_json:
        say_json({"name": called, "role": role, "token": token})
    else:
        note(f"The token {called} has the role {role}. It is shown this once:")
        say(token)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List all tokens, also those that are revoked; never what they open with."""
    from ingress.auth import tokens

    rows = within(lambda parts: tokens.list_all(parts.pool))
    if as_json:
        say_json(rows)
    else:
        fields = ("name", "role", "created_by", "created_at", "revoked_at")
        say_table(
            ("name", "role", "made by", "made at", "revoked at"),
            ([str(row[field] or "") for field in fields] for row in rows),
        )


@app.command("revoke")
def revoke(name: Annotated[str, typer.Argument(help="The token's name.")]) -> None:
    """End a token's validity at once."""
    from ingress.auth import tokens

    _do(lambda parts: tokens.revoke(parts.pool, name, actor=actor()))
    say(f"The token {name} opens nothing any more.")


def _do(change: Callable[[Parts], Awaitable[Result]]) -> Result:
    """Make a change; what is refused becomes one message."""
    from ingress.auth.tokens import TokenError

    try:
        return within(change)
    except TokenError as error:
        fail(f"{error}.", REFUSED)
