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
    files = (FOLDER / "versions").glob("[0-9]*.py")
    known = sorted(file.name.partition("_")[0] for file in files)
    if applied is None:
        return known
    return known[known.index(applied) + 1 :] if applied in known else []


async def lacking(database_url: str) -> list[str]:
    """Name the migrations that a database lacks, oldest first; empty when its schema is current.

    A schema of a newer release counts as current. Raises AwayError when nobody lets us in.
    """
    try:
        applied = await ask_once(database_url, APPLIED)
    except asyncpg.UndefinedTableError:
        applied = None
    return newer_than(applied)
