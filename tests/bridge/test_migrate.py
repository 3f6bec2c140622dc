"""The schema of this release, and of newer ones."""

import ast
from pathlib import Path

import psycopg
from alembic.script import ScriptDirectory

from bridge.migrate import _config, upgrade
from bridge.migrations import lacking, newer_than
from tests.house import ROOMS, imports, root, sources, tree

TOOLS = {"alembic", "psycopg", "sqlalchemy"}


def loads_the_tools(path: Path) -> bool:
    """Whether importing a file loads what changes the schema; what a function imports does not."""
    later = ast.FunctionDef | ast.AsyncFunctionDef
    statements = [each for each in tree(path).body if not isinstance(each, later)]
    names = imports(ast.Module(statements, []))
    return bool({root(name) for name in names} & TOOLS) or "bridge.migrate.upgrade" in names


async def test_a_newer_release_s_schema_is_left_as_it_is(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

        upgrade(database_url)

        assert await lacking(database_url) == []
        assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]


async def test_what_an_earlier_release_s_schema_lacks_is_named(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")

    assert await lacking(database_url) == newer_than(None)[1:]


def test_the_files_names_are_the_order_in_which_they_are_applied() -> None:
    script = ScriptDirectory.from_config(_config())

    assert newer_than(None) == [each.revision for each in script.walk_revisions()][::-1]


def test_who_has_nothing_to_apply_loads_none_of_the_tools() -> None:
    rooms = [room for room in ROOMS if room != "deploy"]

    assert [str(path) for path in sources(*rooms) if loads_the_tools(path)] == ["bridge/migrate.py"]
