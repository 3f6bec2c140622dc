"""`bridge users` and `bridge tokens`: who may come in, from the command line."""

import json

from tests.cli.conftest import Bridge, Rows

PASSWORD = "four plain words here"


def test_users_are_added_listed_changed_and_removed(bridge: Bridge, rows: Rows) -> None:
    def listed() -> dict[str, str]:
        found = json.loads(bridge("users", "list", "--json").stdout)
        assert "argon2" not in str(found)
        return {row["name"]: row["role"] for row in found}

    assert "no users yet" in bridge("users", "list").stderr
    for name, role in (("root", "admin"), ("anna", "viewer")):
        added = bridge("users", "add", name, "--role", role, "--password-stdin", stdin=PASSWORD)
        assert added.exit_code == 0, added.output
    assert listed() == {"root": "admin", "anna": "viewer"}
    made_up = json.loads(bridge("users", "add", "carl", "--generate", "--json").stdout)
    assert (made_up["name"], made_up["role"]) == ("carl", "viewer")
    assert len(made_up["password"]) > 20
    assert bridge("users", "remove", "carl").exit_code == 0

    assert bridge("users", "role", "anna", "operator").exit_code == 0
    assert listed()["anna"] == "operator"
    before = rows("SELECT password FROM users WHERE name = 'anna'")
    made = bridge("users", "password", "anna", "--generate")
    assert len(made.stdout.partition("password: ")[2].strip()) > 20
    assert rows("SELECT password FROM users WHERE name = 'anna'") != before
    assert bridge("users", "remove", "anna").exit_code == 0
    assert listed() == {"root": "admin"}
    assert "anna  " not in bridge("users", "list").stdout
    audited = [row["action"] for row in rows("SELECT action FROM audit ORDER BY id")]
    assert audited[4:] == ["user.role_changed", "user.password_changed", "user.removed"]


def test_what_cannot_be_done_is_said_with_what_to_do(bridge: Bridge) -> None:
    def refused(*words: str, stdin: str | None = None) -> str:
        result = bridge("users", *words, stdin=stdin)
        assert result.exit_code == 2
        return result.stderr

    assert "--password-stdin" in refused("add", "anna")
    assert "12 to 256" in refused("add", "anna", "--password-stdin", stdin="short")
    assert "a-z" in refused("add", "Anna Smith", "--password-stdin", stdin=PASSWORD)
    assert "bridge users list" in refused("remove", "nobody")
    bridge("users", "add", "root", "--role", "admin", "--generate")
    assert "already" in refused("add", "root", "--generate")
    bridge("users", "add", "anna", "--generate")
    assert "admin" in refused("remove", "root")
    assert bridge("users", "add", "bert", "--role", "owner", "--generate").exit_code == 2


def test_a_link_leads_to_the_first_account_only(bridge: Bridge) -> None:
    link = bridge("users", "setup-link")
    assert link.stdout.startswith("https://bridge.example.com/setup#")
    bridge("users", "add", "root", "--role", "admin", "--generate")

    late = bridge("users", "setup-link")
    assert late.exit_code == 1
    assert "bridge users add" in late.stderr


def test_a_token_is_shown_once_and_revoked(bridge: Bridge, rows: Rows) -> None:
    made = bridge("tokens", "create", "--role", "operator", "--name", "nightly")
    token = made.stdout.strip()
    assert token.startswith("bridge_")
    unnamed = json.loads(bridge("tokens", "create", "--role", "viewer", "--json").stdout)
    assert unnamed["name"].startswith("viewer-")
    assert token not in bridge("tokens", "list", "--json").stdout

    assert bridge("tokens", "create", "--role", "viewer", "--name", "nightly").exit_code == 2
    assert bridge("tokens", "revoke", "nightly").exit_code == 0
    assert bridge("tokens", "revoke", "nightly").exit_code == 2
    states = {row["name"]: row["revoked_at"] for row in rows("SELECT * FROM tokens")}
    assert states["nightly"] is not None
    assert bridge("tokens", "create", "--role", "owner").exit_code == 2
