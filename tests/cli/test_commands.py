"""What is parked can be seen, retried and given up; every such step is in the audit trail."""

import json

import pytest

from tests.cli.conftest import FILE, Bridge, Rows

ADD_COMMAND = """
INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body, state,
                      cause, reason)
SELECT id, 1, 'invoice', %s, 'A2', 'invoice.put', 'invoice:' || %s, '{}', %s, %s, 'because'
  FROM connections RETURNING id
"""
ADD_EVENT = """
INSERT INTO events (connection_id, entity, zoho_id, trigger, touches, fingerprint, content_type,
                    body, request_id, state, failures, published_at)
SELECT id, 'invoice', %s, 'created', '{}', 'x', 'application/json', '{}', '', %s, 5, now()
  FROM connections RETURNING id
"""


@pytest.fixture(autouse=True)
def connection(bridge: Bridge) -> None:
    assert bridge("connection", "apply", "-", stdin=FILE).exit_code == 0


@pytest.fixture
def parked(rows: Rows) -> list[int]:
    """Park three commands, two of them for one cause; gives their ids."""
    causes = ("tax:911", "tax:911", "xero:lock_date")
    return [
        int(str(rows(ADD_COMMAND, str(number), str(number), "parked", cause)[0]["id"]))
        for number, cause in enumerate(causes)
    ]


def states(rows: Rows) -> list[object]:
    return [row["state"] for row in rows("SELECT state FROM commands ORDER BY id")]


def test_unfinished_commands_are_listed(bridge: Bridge, rows: Rows, parked: list[int]) -> None:
    rows(ADD_COMMAND, "9", "9", "done", None)
    listed = json.loads(bridge("commands", "list", "--connection", "acme", "--json").stdout)
    read = bridge("commands", "list", "--connection", "acme")

    assert [row["id"] for row in listed] == parked
    assert listed[0]["cause"] == "tax:911"
    assert "invoice:0" in read.stdout


def test_commands_of_a_state_are_listed(bridge: Bridge, rows: Rows, parked: list[int]) -> None:
    rows(ADD_COMMAND, "9", "9", "done", None)
    words = ("commands", "list", "--connection", "acme", "--json", "--state", "done")

    assert [row["zoho_id"] for row in json.loads(bridge(*words).stdout)] == ["9"]
    assert bridge(*words[:-1], "lost").exit_code == 2


def test_a_command_is_retried_by_its_id(bridge: Bridge, rows: Rows, parked: list[int]) -> None:
    result = bridge("commands", "retry", "--connection", "acme", str(parked[0]))

    assert result.exit_code == 0
    assert states(rows) == ["pending", "parked", "parked"]


def test_commands_are_retried_by_their_cause(bridge: Bridge, rows: Rows, parked: list[int]) -> None:
    bridge("commands", "retry", "--connection", "acme", "--cause", "tax:911")

    assert states(rows) == ["pending", "pending", "parked"]
    (row,) = rows("SELECT action, detail FROM audit ORDER BY id DESC LIMIT 1")
    assert row == {"action": "commands.retried", "detail": {"commands": parked[:2]}}


def test_all_parked_commands_are_retried(bridge: Bridge, rows: Rows, parked: list[int]) -> None:
    result = bridge("commands", "retry", "--connection", "acme", "--all")

    assert "3 commands are retried" in result.stdout
    assert states(rows) == ["pending"] * 3


def test_a_command_is_given_up_with_a_reason(bridge: Bridge, rows: Rows, parked: list[int]) -> None:
    words = ("commands", "skip", "--connection", "acme", str(parked[1]))
    assert bridge(*words).exit_code == 2

    assert bridge(*words, "--reason", "entered by hand").exit_code == 0
    assert states(rows) == ["parked", "skipped", "parked"]
    (row,) = rows("SELECT detail FROM audit ORDER BY id DESC LIMIT 1")
    assert row["detail"] == {"commands": [parked[1]], "reason": "entered by hand"}


@pytest.mark.parametrize("words", [(), ("1", "--all"), ("--all", "--cause", "tax:911")])
def test_it_must_be_clear_which_are_meant(bridge: Bridge, words: tuple[str, ...]) -> None:
    result = bridge("commands", "retry", "--connection", "acme", *words)

    assert result.exit_code == 2
    assert "Choose which" in result.stderr


def test_a_command_that_is_not_parked_is_told(bridge: Bridge, parked: list[int]) -> None:
    result = bridge("commands", "retry", "--connection", "acme", str(parked[0]), "999999")

    assert result.exit_code == 1
    assert "999999" in result.stderr


def test_parked_events_are_decided_again(bridge: Bridge, rows: Rows) -> None:
    first, second = (int(str(rows(ADD_EVENT, zoho_id, "parked")[0]["id"])) for zoho_id in "12")
    decided = int(str(rows(ADD_EVENT, "3", "decided")[0]["id"]))

    assert bridge("events", "replay", "--connection", "acme", str(first)).exit_code == 0
    assert event(rows, first) == {"state": "undecided", "failures": 0, "published_at": None}
    assert event(rows, second)["state"] == "parked"

    result = bridge("events", "replay", "--connection", "acme", str(decided))
    assert result.exit_code == 1
    assert event(rows, decided)["state"] == "decided"

    bridge("events", "replay", "--connection", "acme", "--state", "parked")
    assert event(rows, second)["state"] == "undecided"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Choose which"),
        (("--all", "--document", "invoice:1"), "Choose which"),
        (("--document", "invoice"), "invoice:460"),
        (("--document", "order:1"), "no such entity order"),
        (("--since", "yesterday"), "2026-01-31"),
        (("--state", "lost"), "undecided"),
        (("--outcome", "lost"), "withheld"),
    ],
)
def test_a_replay_says_what_it_needs(bridge: Bridge, words: tuple[str, ...], said: str) -> None:
    result = bridge("events", "replay", "--connection", "acme", *words)

    assert result.exit_code == 2
    assert said in result.stderr


def test_a_replay_tells_scripts_what_became_of_every_event(bridge: Bridge, rows: Rows) -> None:
    parked = int(str(rows(ADD_EVENT, "1", "parked")[0]["id"]))
    decided = int(str(rows(ADD_EVENT, "2", "decided")[0]["id"]))
    words = ("--since", "2026-01-01", "--json")

    result = bridge("events", "replay", "--connection", "acme", *words)

    assert json.loads(result.stdout) == {
        "parked": [parked],
        "again": [],
        "waiting": [],
        "overtaken": [decided],
    }
    (row,) = rows("SELECT detail FROM audit ORDER BY id DESC LIMIT 1")
    assert row["detail"] == {
        "since": "2026-01-01 00:00:00+00:00",
        "parked": [parked],
        "again": [],
    }


def event(rows: Rows, number: int) -> dict[str, object]:
    return rows("SELECT state, failures, published_at FROM events WHERE id = %s", number)[0]
