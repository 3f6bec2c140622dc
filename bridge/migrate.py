"""Brings the database to this release's schema: forward only, one process at a time."""

import re
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool

import deploy

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
    config.attributes["url"] = _with_driver(database_url)
    with psycopg.connect(database_url, autocommit=True) as guard:
        guard.execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        if lacking(database_url):
            command.upgrade(config, to)


def lacking(database_url: str) -> list[str]:
    """Name the migrations that the database lacks, oldest first; empty when its schema is current.

    A schema of a newer release counts as current. Raises sqlalchemy's errors when unreachable.
    """
    script = ScriptDirectory.from_config(_config())
    engine = create_engine(_with_driver(database_url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        applied = MigrationContext.configure(connection).get_current_revision()
    known = [revision.revision for revision in script.walk_revisions()][::-1]
    if applied is None:
        return known
    return known[known.index(applied) + 1 :] if applied in known else []


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(deploy.__path__[0], "migrations")))
    return config


def _with_driver(url: str) -> str:
    return re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
