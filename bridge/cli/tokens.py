"""`bridge tokens …`: bearer tokens for scripts that use /api."""

from collections.abc import Coroutine
from typing import Annotated, Any

import typer

from bridge.cli.actor import actor
from bridge.cli.arguments import AsJson
from bridge.cli.parts import opened
from bridge.cli.saying import (
    REFUSED,
    Result,
    fail,
    note,
    run,
    say,
    say_json,
    say_table,
    settings_or_end,
)
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
    settings = settings_or_end()

    async def work() -> tuple[str, str]:
        from ingress.auth import tokens

        called = name or tokens.default_name(role)
        async with opened(settings) as parts:
            return called, await tokens.create(parts.pool, called, role, actor=actor())

    called, token = _do(work())
    if as_json:
        say_json({"name": called, "role": role, "token": token})
    else:
        note(f"The token {called} has the role {role}. It is shown this once:")
        say(token)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List all tokens, also those that are revoked; never what they open with."""
    settings = settings_or_end()

    async def work() -> list[dict[str, object]]:
        from ingress.auth import tokens

        async with opened(settings) as parts:
            return [dict(row) for row in await tokens.list_all(parts.pool)]

    rows = run(work())
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
    settings = settings_or_end()

    async def work() -> None:
        from ingress.auth import tokens

        async with opened(settings) as parts:
            await tokens.revoke(parts.pool, name, actor=actor())

    _do(work())
    say(f"The token {name} opens nothing any more.")


def _do(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a change; what is refused becomes one message."""
    from ingress.auth.tokens import TokenError

    try:
        return run(work)
    except TokenError as error:
        fail(f"{error}.", REFUSED)
