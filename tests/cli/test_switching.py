"""A connection is shown without its secrets, switched while the bridge runs, and deleted whole."""

import json

from tests.cli.conftest import FILE, Bridge, Rows, apply

SECRETS = ("webhooksecret123", "sandbox-custom-secret")


def test_a_shown_connection_has_its_addresses_and_no_secret(bridge: Bridge) -> None:
    applied = apply(bridge)
    shown = bridge("connection", "show", "acme", "--json")
    read = bridge("connection", "show", "acme")
    answer = json.loads(shown.stdout)

    assert answer["endpoint"] == applied["endpoint"]
    assert answer["webhooks"] == applied["webhooks"]
    assert answer["secrets"] == ["xero.client_secret", "zoho.webhook_secret"]
    assert str(applied["endpoint"]) in read.stdout
    assert not [secret for secret in SECRETS if secret in shown.stdout + read.stdout]


def test_connections_are_listed(bridge: Bridge) -> None:
    apply(bridge)
    apply(bridge, FILE.replace('"acme"', '"zebra"'))

    listed = json.loads(bridge("connection", "list", "--json").stdout)
    assert [each["name"] for each in listed] == ["acme", "zebra"]
    assert "zebra" in bridge("connection", "list").stdout


def test_a_connection_that_is_not_there_is_told(bridge: Bridge) -> None:
    for words in (("show",), ("enable",), ("disable",), ("delete", "--yes")):
        result = bridge("connection", *words, "nobody")
        assert result.exit_code == 2
        assert "There is no connection nobody" in result.stderr


def test_disabling_and_enabling_releases_what_was_held_in_its_order(
    bridge: Bridge, rows: Rows
) -> None:
    apply(bridge)
    assert bridge("connection", "disable", "acme").exit_code == 0
    assert rows("SELECT enabled FROM connections") == [{"enabled": False}]
    for number in (1, 2):
        hold_event(rows, number)

    result = bridge("connection", "enable", "acme")
    assert "2 held events" in result.stdout
    assert rows("SELECT state, published_at FROM events ORDER BY id") == [
        {"state": "undecided", "published_at": None},
        {"state": "undecided", "published_at": None},
    ]
    actions = [row["action"] for row in rows("SELECT action FROM audit ORDER BY id")]
    assert actions == ["connection.created", "connection.disabled", "connection.enabled"]


def test_switching_and_deleting_answer_scripts_in_json(bridge: Bridge, rows: Rows) -> None:
    apply(bridge)

    def told(*words: str) -> dict[str, object]:
        answer: dict[str, object] = json.loads(bridge("connection", *words, "--json").stdout)
        del answer["warnings"]
        return answer

    assert json.loads(bridge("connection", "disable", "acme", "--json").stdout) == {
        "name": "acme",
        "enabled": False,
    }
    hold_event(rows, 1)
    assert told("enable", "acme") == {"name": "acme", "enabled": True, "released": 1}
    assert told("delete", "acme", "--yes") == {"name": "acme", "kept_as": None}


def hold_event(rows: Rows, number: int) -> None:
    rows(
        "INSERT INTO events (connection_id, entity, zoho_id, trigger, touches, fingerprint,"
        " content_type, body, request_id, state, published_at)"
        " SELECT id, 'invoice', %s, 'created', '{}', 'x', 'application/json', '{}', '', 'held',"
        " now() FROM connections",
        str(number),
    )


def test_deleting_needs_a_yes_where_nobody_can_be_asked(bridge: Bridge, rows: Rows) -> None:
    apply(bridge)
    hold_event(rows, 1)

    result = bridge("connection", "delete", "acme")
    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert rows("SELECT name FROM connections") == [{"name": "acme"}]

    assert bridge("connection", "delete", "acme", "--yes").exit_code == 0
    assert rows("SELECT name FROM connections") == []
    assert rows("SELECT id FROM events UNION ALL SELECT connection_id FROM secrets") == []
    last = rows("SELECT action, detail FROM audit ORDER BY id DESC LIMIT 1")
    assert last == [{"action": "connection.deleted", "detail": {"name": "acme"}}]


def test_a_deleted_connection_may_leave_its_history(bridge: Bridge, rows: Rows) -> None:
    endpoint = apply(bridge)["endpoint"]
    hold_event(rows, 1)

    result = bridge("connection", "delete", "acme", "--yes", "--keep-history")
    (row,) = rows("SELECT id, name, enabled, endpoint FROM connections")
    kept = f"acme-deleted-{row['id']}"

    assert f"kept as {kept}" in result.stdout
    assert (row["name"], row["enabled"], row["endpoint"] != endpoint) == (kept, False, True)
    assert len(rows("SELECT id FROM events")) == 1
    assert rows("SELECT name FROM secrets") == []
    assert json.loads(bridge("connection", "list", "--json").stdout) == []

    refused = bridge("connection", "enable", kept)
    assert refused.exit_code == 2
    assert "only its history is left" in refused.stderr
    assert apply(bridge)["state"] == "created"

    assert bridge("connection", "delete", kept, "--yes").exit_code == 0
    assert rows("SELECT id FROM events") == []
    assert [row["name"] for row in rows("SELECT name FROM connections")] == ["acme"]


def test_every_change_is_written_down_from_what_to_what(bridge: Bridge, rows: Rows) -> None:
    apply(bridge)
    bridge("connection", "apply", "-", stdin=FILE.replace('shipping = "425"', 'shipping = "210"'))
    bridge("connection", "disable", "acme")

    trail = rows("SELECT action, connection, before, after FROM audit ORDER BY id")[1:]
    assert trail == [
        {
            "action": "connection.updated",
            "connection": "acme",
            "before": {"accounts.shipping": "425"},
            "after": {"accounts.shipping": "210"},
        },
        {
            "action": "connection.disabled",
            "connection": "acme",
            "before": {"enabled": True},
            "after": {"enabled": False},
        },
    ]
