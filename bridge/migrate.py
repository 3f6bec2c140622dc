"""Brings the database to this release's schema: forward only, one process at a time."""

import re
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config

from bridge.migrations import APPLIED, FOLDER, newer_than

# Any process of any release asks for this lock before it touches the schema.
MIGRATION_LOCK = 7_204_113_500


def upgrade(database_url: str, to: str = "head") -> None:
    """Apply every migration that the database lacks; idempotent, safe to call from many processes.

    A newer release's schema stays as it is, so that the way back needs nothing undone.
    `database_url` as PostgreSQL's URI, `to` the migration to stop after. Raises psycopg.Error when
    the server refuses, for instance after 5 seconds of waiting for a table's lock: nothing is then
    half done.
    """
    config = _config()
    config.attributes["url"] = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", database_url)
    with psycopg.connect(database_url, autocommit=True) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        if newer_than(_applied(guard)):
            command.upgrade(config, to)


def _applied(guard: psycopg.Connection[Any]) -> str | None:
    try:
        row = guard.execute(APPLIED).fetchone()
    except psycopg.errors.UndefinedTable:
        return None
    return row and row[0]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
