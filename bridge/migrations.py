"""Which migrations a database lacks. Every start asks, so without the tools that apply them."""

from pathlib import Path
from typing import Final

import asyncpg

import deploy
from bridge.postgres import ask_once

FOLDER: Final = Path(deploy.__path__[0], "migrations")
APPLIED: Final = "SELECT version_num FROM alembic_version"


def newer_than(applied: str | None) -> list[str]:
    """Name this release's migrations after `applied`, oldest first; all after None.

    What this release does not know is of a newer one, and nothing comes after it.
    """
    ours = known()
    if applied is None:
        return ours
    return ours[ours.index(applied) + 1 :] if applied in ours else []


def known() -> list[str]:
    """Name this release's migrations, oldest first."""
    files = (FOLDER / "versions").glob("[0-9]*.py")
    return sorted(file.name.partition("_")[0] for file in files)


async def applied_to(database_url: str) -> str | None:
    """Name the newest migration of a database, None where there is none; raises AwayError."""
    try:
        applied: str | None = await ask_once(database_url, APPLIED)
    except asyncpg.UndefinedTableError:
        return None
    return applied


async def lacking(database_url: str) -> list[str]:
    """Name the migrations that a database lacks, oldest first; empty when it lacks none.

    That of a newer release lacks none. Raises AwayError when nobody lets us in.
    """
    return newer_than(await applied_to(database_url))
