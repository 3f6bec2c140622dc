"""How the command line speaks: results on stdout, the rest on stderr, exit codes with a meaning."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NoReturn, TypeVar

import asyncpg
import typer
from dotenv import dotenv_values
from rich.console import Console
from rich.table import Table

from bridge.crypto import VaultError
from bridge.embedded import EmbeddedError
from bridge.postgres import AwayError
from bridge.settings import Settings, SettingsError, read_settings
from ingress.connections.office import RefusedError, UnknownConnectionError

WRONG: Final = 1  # something is not as it should be
WIDE: Final = 400  # characters
REFUSED: Final = 2  # the input or the settings can't be used

Result = TypeVar("Result")

# What a person can mend, and how; anything else is a bug and shows its trace.
MENDABLE: Final[dict[type[Exception], tuple[str, int]]] = {
    EmbeddedError: ("{}", WRONG),
    UnknownConnectionError: ("{}", REFUSED),
    RefusedError: ("{}", REFUSED),
    VaultError: ("{}. Give BRIDGE_SECRET_KEY the key that was in use, after the new one", WRONG),
    AwayError: ("{}. Check DATABASE_URL, and that PostgreSQL runs", WRONG),
    asyncpg.UndefinedTableError: ("The database is not set up: {}. Run `bridge migrate`", WRONG),
    asyncpg.PostgresError: ("PostgreSQL: {}. See `bridge doctor`", WRONG),
    OSError: ("{}. See `bridge doctor`", WRONG),
}


def say(text: str) -> None:
    """Print a result for people."""
    typer.echo(text)


def say_json(value: Any) -> None:
    """Print a result for scripts."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_written))


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def say_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table for people, nothing cut off; what other systems wrote is shown as it is."""
    table = Table()
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    # Into a file or a pipe no window sets a limit.
    width = None if sys.stdout.isatty() else WIDE
    Console(markup=False, highlight=False, width=width).print(table)


def note(text: str) -> None:
    """Tell what a person should know beside the result, on stderr."""
    typer.echo(text, err=True)


def fail(text: str, code: int = WRONG) -> NoReturn:
    """End the command with one message on stderr."""
    note(text)
    raise typer.Exit(code)


def ask_first(question: str, doing: str, *, yes: bool) -> None:
    """Ask before what can't be undone, unless told `yes`; a no, or nobody to ask, ends it."""
    if yes:
        return
    if not sys.stdin.isatty():
        fail(f"{doing} needs --yes, since nobody can be asked here", REFUSED)
    typer.confirm(question, abort=True, err=True)


def environment() -> dict[str, str]:
    """Give the environment; a file `.env` in the current folder fills in what it lacks."""
    file = {name: value for name, value in dotenv_values(".env").items() if value}
    return file | dict(os.environ)


def settings_or_end() -> Settings:
    """Read the settings; ends the command where one is wrong, telling all that are."""
    try:
        return read_settings(environment())
    except SettingsError as error:
        fail("\n".join(["These settings can't be used:", *map(str, error.problems)]), REFUSED)


def run(
    work: Coroutine[Any, Any, Result],
    runner: Callable[[Coroutine[Any, Any, Result]], Result] = asyncio.run,
) -> Result:
    """Run a command's work; what a person can mend becomes one message and an exit code."""
    try:
        return runner(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except tuple(MENDABLE) as error:
        kind = next(kind for kind in MENDABLE if isinstance(error, kind))
        words, code = MENDABLE[kind]
        fail(words.format(str(error) or type(error).__name__), code)


def leaves(error: BaseException) -> Iterator[BaseException]:
    """Give the errors inside of a group, however deep; an error itself when it is no group."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from leaves(inner)
    else:
        yield error
