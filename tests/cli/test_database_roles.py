"""The database role of the app does all of its work, and nothing to schema or audit trail."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy.engine import make_url

from bridge.migrate import upgrade
from tests.cli.conftest import FILE, Bridge, Rows
from tests.conftest import RUN, TURNS
from tests.house import HOUSE
from tests.servers import postgres

ROLES = (HOUSE / "deploy" / "postgres" / "roles.sql").read_text(encoding="utf-8")
PASSWORD = "rolespassword"


@contextmanager
def roles(server: str, database_url: str) -> Iterator[dict[str, str]]:
    """Set the two roles up as the file says, under names of this test's own; gives their URLs."""
    names = {name: f"{RUN}_{name}" for name in ("bridge_owner", "bridge_app")}
    statements = ROLES
    for name, ours in names.items():
        statements = statements.replace(name, ours)
    urls = {
        name: make_url(database_url)
        .set(username=ours, password=PASSWORD)
        .render_as_string(hide_password=False)
        for name, ours in names.items()
    }
    with psycopg.connect(database_url, autocommit=True) as admin:
        try:
            admin.execute(statements.encode())
            for ours in names.values():
                admin.execute(f"ALTER ROLE {ours} PASSWORD '{PASSWORD}'".encode())
            upgrade(urls["bridge_owner"])
            admin.execute(statements.encode())
            yield urls
        finally:
            for ours in names.values():
                admin.execute(f"DROP OWNED BY {ours} CASCADE; DROP ROLE {ours}".encode())


@pytest.fixture
def urls(postgres_server: str) -> Iterator[dict[str, str]]:
    name = f"{RUN}_{next(TURNS)}"
    with postgres.database(postgres_server, name) as url, roles(postgres_server, url) as urls:
        yield urls


@pytest.fixture
def database_url(urls: dict[str, str]) -> str:
    """Let the command line work as the app."""
    return urls["bridge_app"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "DELETE FROM attempts",
        "DELETE FROM attempt_members",
        "CREATE TABLE mine (id int)",
        "DROP TABLE events",
        "ALTER TABLE events ADD COLUMN mine int",
        "ALTER TABLE audit DISABLE TRIGGER audit_keep",
        "UPDATE alembic_version SET version_num = '0001'",
    ],
)
def test_the_app_may_not(urls: dict[str, str], statement: str) -> None:
    with (
        psycopg.connect(urls["bridge_app"]) as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        session.execute(statement.encode())


def test_the_app_does_the_bridge_s_work(bridge: Bridge, with_xero: str, rows: Rows) -> None:
    assert with_xero
    assert bridge("connection", "apply", "-", stdin=FILE).exit_code == 0
    rows(
        "INSERT INTO attempts (connection_id, idempotency_key, method, path, body, body_hash,"
        " generation, fence, outcome) SELECT id, 'k', 'PUT', '/', '', '', 1, 1, 'applied'"
        " FROM connections"
    )
    assert bridge("connection", "disable", "acme").exit_code == 0
    assert bridge("connection", "delete", "acme", "--yes").exit_code == 0
    assert rows("SELECT id FROM attempts") == []
    assert len(rows("SELECT action FROM audit")) >= 3


def test_a_connection_that_is_in_use_forgets_no_request(
    bridge: Bridge, with_xero: str, rows: Rows
) -> None:
    assert with_xero
    bridge("connection", "apply", "-", stdin=FILE)

    assert rows("SELECT forget_attempts(id, 10) AS gone FROM connections") == [{"gone": 0}]
