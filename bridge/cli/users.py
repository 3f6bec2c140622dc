"""`bridge users …`: who may sign in to the console, and what they may do."""

import getpass
import secrets
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Final

import typer

from bridge.cli.actor import actor
from bridge.cli.arguments import AsJson
from bridge.cli.parts import within
from bridge.cli.saying import REFUSED, WRONG, fail, note, say, say_json, say_table
from bridge.parts import Parts
from schemas.words import Role

GENERATED_BYTES: Final = 18
NO_USERS: Final = "There are no users yet: `bridge users add NAME --role admin` makes one."

app = typer.Typer(help="Who may sign in, and what they may do.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The name to sign in with, such as anna.")]
WhatFor = Annotated[
    Role,
    typer.Option(
        help="viewer sees everything; operator also retries, skips and switches; admin also"
        " connects, maps and deletes."
    ),
]
Stdin = Annotated[bool, typer.Option("--password-stdin", help="Read it from standard input.")]
Generate = Annotated[bool, typer.Option("--generate", help="Make one, and print it once.")]


@app.command("add")
def add(
    name: Name,
    role: WhatFor = "viewer",
    password_stdin: Stdin = False,
    generate: Generate = False,
    as_json: AsJson = False,
) -> None:
    """Make an account; without an option the password is asked for."""
    password = _password(stdin=password_stdin, generate=generate)

    async def change(parts: Parts) -> None:
        from ingress.auth import users
        from ingress.auth.passwords import Passwords

        hashed = await users.hashed_for(Passwords(), name, password)
        await users.add(parts.pool, name, role, hashed=hashed, actor=actor())

    _do(change)
    if as_json:
        say_json({"name": name, "role": role} | ({"password": password} if generate else {}))
        return
    say(f"{name} may sign in as {role}.")
    _show(password, generate=generate)


@app.command("password")
def change_password(name: Name, password_stdin: Stdin = False, generate: Generate = False) -> None:
    """Give a user another password, and end their sessions."""
    password = _password(stdin=password_stdin, generate=generate)

    async def change(parts: Parts) -> None:
        from ingress.auth import users
        from ingress.auth.passwords import Passwords

        hashed = await users.hashed_for(Passwords(), name, password)
        await users.set_password(parts.pool, name, hashed=hashed, actor=actor())

    _do(change)
    say(f"{name} has another password, and must sign in again.")
    _show(password, generate=generate)


@app.command("role")
def change_role(name: Name, role: Annotated[Role, typer.Argument()]) -> None:
    """Give a user another role; it holds at once."""
    from ingress.auth import users

    _do(lambda parts: users.set_role(parts.pool, name, role, actor=actor()))
    say(f"{name} is {role} now.")


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List all users; seen_at is the newest of their open sessions."""
    from ingress.auth import users

    rows = within(lambda parts: users.list_all(parts.pool))
    if as_json:
        say_json(rows)
    elif rows:
        cells = ([str(row[each] or "") for each in ("name", "role", "seen_at")] for row in rows)
        say_table(("name", "role", "signed in"), cells)
    else:
        note(NO_USERS)


@app.command("remove")
def remove(name: Name) -> None:
    """Remove an account and its sessions; what the audit says of it stays."""
    from ingress.auth import users

    _do(lambda parts: users.remove(parts.pool, name, actor=actor()))
    say(f"{name} may not sign in any more.")


@app.command("setup-link")
def setup_link() -> None:
    """Print a one-time link where the first account is made; it is good for a day."""

    async def work(parts: Parts) -> str | None:
        from ingress.auth import first_account

        if not await first_account.is_wanted(parts.pool):
            return None
        return await first_account.new_link(parts.pool, parts.settings.public_url)

    link = within(work)
    if link is None:
        fail("There are users already: `bridge users add` makes another.", WRONG)
    say(link)


def _password(*, stdin: bool, generate: bool) -> str:
    if generate:
        return secrets.token_urlsafe(GENERATED_BYTES)
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        fail(
            "Nobody can be asked for the password here: add --password-stdin or --generate", REFUSED
        )
    password = getpass.getpass("Password, at least 12 characters: ")
    if getpass.getpass("Again: ") != password:
        fail("The two are not the same.", REFUSED)
    return password


def _show(password: str, *, generate: bool) -> None:
    if generate:
        say(f"password: {password}")


def _do(change: Callable[[Parts], Awaitable[None]]) -> None:
    """Make a change; what is refused becomes one message."""
    from ingress.auth.passwords import WeakPasswordError
    from ingress.auth.users import UserError

    try:
        within(change)
    except (UserError, WeakPasswordError) as error:
        fail(f"{error}.", REFUSED)
