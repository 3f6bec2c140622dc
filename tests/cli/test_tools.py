"""The tools beside the roles: each says what it does, what is wrong, and what to do."""

import json

import psycopg
import pytest
from psycopg import sql

from bridge.crypto import generate_key, parse_keys
from bridge.ports import free_port
from tests.cli.conftest import FILE, Bridge, Rows

COMMANDS = (
    "ingress",
    "processor",
    "outbox",
    "sweeper",
    "run",
    "migrate",
    "doctor",
    "rules",
    "sandbox",
    "demo",
    "connection apply",
    "connection list",
    "connection show",
    "connection enable",
    "connection disable",
    "connection delete",
    "events replay",
    "commands list",
    "commands retry",
    "commands skip",
    "keys generate",
    "keys rotate",
    "reconcile",
    "backfill",
    "zoho install",
    "zoho check",
    "zoho recipe",
    "users add",
    "users list",
    "users password",
    "users role",
    "users remove",
    "users setup-link",
    "tokens create",
    "tokens list",
    "tokens revoke",
)


def findings(bridge: Bridge, code: int) -> dict[str, str]:
    """Examine everything; gives what is wrong (exit code 1) or found (0), by what it is about."""
    result = bridge("doctor", "--json")
    assert result.exit_code == code, result.output
    answer = json.loads(result.stdout)
    assert answer["ok"] == (code == 0)
    return {
        each["about"]: f"{each['what']}. {each['remedy']}"
        for each in answer["findings"]
        if each["ok"] == (code == 0)
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(bridge: Bridge, command: str) -> None:
    result = bridge(*command.split(), "--help")

    assert result.exit_code == 0
    assert "Usage: " in result.stdout


def test_wrong_settings_are_all_told_and_nothing_is_done(
    bridge: Bridge, environ: dict[str, str | None]
) -> None:
    environ["BRIDGE_SECRET_KEY"] = "hunter2"
    environ["BRIDGE_PORT"] = "many"
    for command in ("run", "migrate", "connection list"):
        result = bridge(*command.split())
        assert result.exit_code == 2
        assert "BRIDGE_SECRET_KEY: key 1" in result.stderr
        assert "BRIDGE_PORT: " in result.stderr
        assert "hunter2" not in result.output


def test_a_server_that_is_away_is_one_message(
    bridge: Bridge, environ: dict[str, str | None]
) -> None:
    environ["DATABASE_URL"] = f"postgresql://me:hunter2@127.0.0.1:{free_port()}/bridge"
    result = bridge("connection", "list")

    assert result.exit_code == 1
    assert "Check DATABASE_URL" in result.stderr
    assert "Traceback" not in result.stderr
    assert "hunter2" not in result.output


def test_a_database_without_the_schema_is_told_and_migrated(
    bridge: Bridge, environ: dict[str, str | None], database_url: str
) -> None:
    empty = database_url + "_empty"
    name = sql.Identifier(empty.rpartition("/")[2])
    with psycopg.connect(database_url, autocommit=True) as session:
        session.execute(sql.SQL("CREATE DATABASE {}").format(name))
        environ["DATABASE_URL"] = empty
        try:
            before = bridge("connection", "list")
            found = findings(bridge, 1)
            assert bridge("migrate").exit_code == 0
            after = bridge("connection", "list")
        finally:
            session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    assert before.exit_code == 2
    assert "bridge migrate" in before.stderr
    assert "Run `bridge migrate`" in found["database"]
    assert after.exit_code == 0


def test_a_key_is_printed(bridge: Bridge) -> None:
    assert parse_keys(bridge("keys", "generate").stdout.strip())


def test_a_healthy_bridge_has_nothing_wrong(
    bridge: Bridge, environ: dict[str, str | None], amqp_url: str, with_xero: str
) -> None:
    environ["AMQP_URL"] = amqp_url
    bridge("connection", "apply", "-", stdin=FILE)

    found = findings(bridge, 0)
    assert set(found) == {"settings", "broker", "database", "audit", "connection acme"}
    assert "WRONG" not in bridge("doctor").stdout


def test_the_schema_of_a_newer_release_is_told_as_such(bridge: Bridge, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as session:
        session.execute("UPDATE alembic_version SET version_num = '9999'")

    assert "its schema (9999) is of a newer release" in findings(bridge, 0)["database"]
    assert "to the newer release, or leave the schema as it is" in bridge("doctor").stdout


def test_wrong_settings_are_a_finding(bridge: Bridge, environ: dict[str, str | None]) -> None:
    environ["BRIDGE_PORT"] = "many"

    assert "port" in findings(bridge, 1)["BRIDGE_PORT"]


def test_servers_that_are_away_are_findings(bridge: Bridge, environ: dict[str, str | None]) -> None:
    environ["DATABASE_URL"] = f"postgresql://me:hunter2@127.0.0.1:{free_port()}/bridge"
    environ["AMQP_URL"] = f"amqp://me:hunter2@127.0.0.1:{free_port()}/"
    found = findings(bridge, 1)

    assert "Check DATABASE_URL" in found["database"]
    assert "Check AMQP_URL" in found["broker"]
    assert "hunter2" not in str(found)


def test_an_account_that_was_archived_since_is_a_finding(
    bridge: Bridge, rows: Rows, with_xero: str
) -> None:
    bridge("connection", "apply", "-", stdin=FILE)
    rows("UPDATE connections SET config = jsonb_set(config, '{accounts,bank}', '\"499\"')")

    assert "accounts.bank" in findings(bridge, 1)["connection acme"]


def test_a_grant_that_xero_refuses_is_a_finding(bridge: Bridge, rows: Rows, with_xero: str) -> None:
    bridge("connection", "apply", "-", stdin=FILE)
    rows("UPDATE connections SET config = jsonb_set(config, '{xero,client_id}', '\"other\"')")

    assert "xero.client_id" in findings(bridge, 1)["connection acme"]


def test_a_lost_key_is_a_finding(bridge: Bridge, environ: dict[str, str | None]) -> None:
    bridge("connection", "apply", "-", stdin=FILE)
    environ["BRIDGE_SECRET_KEY"] = generate_key()

    assert "BRIDGE_SECRET_KEY" in findings(bridge, 1)["connection acme"]


def test_a_trail_that_was_changed_is_a_finding(bridge: Bridge, rows: Rows) -> None:
    bridge("connection", "apply", "-", stdin=FILE)
    rows("ALTER TABLE audit DISABLE TRIGGER audit_keep")
    rows("UPDATE audit SET actor = 'nobody'")

    assert "entry 1 does not follow" in findings(bridge, 1)["audit"]
