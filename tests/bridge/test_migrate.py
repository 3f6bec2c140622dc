"""The schema of this release, and of newer ones."""

import psycopg

from bridge.migrate import lacking, upgrade


def test_a_newer_release_s_schema_is_left_as_it_is(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

        upgrade(database_url)

        assert lacking(database_url) == []
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
