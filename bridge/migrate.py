"""Brings the database to this release's schema: forward only, one process at a time."""

import re
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config

import deploy

# Any process of any release asks for this lock before it touches the schema.
MIGRATION_LOCK = 7_204_113_500


def upgrade(database_url: str) -> None:
    """Apply every migration that the database lacks; idempotent, safe to call from many processes.

    `database_url` as PostgreSQL's URI. Raises psycopg.Error when the server refuses, for instance
    after 5 seconds of waiting for a table's lock: nothing is then half done.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(deploy.__path__[0], "migrations")))
    config.attributes["url"] = _with_driver(database_url)
    with psycopg.connect(database_url, autocommit=True) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        command.upgrade(config, "head")


def _with_driver(url: str) -> str:
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
