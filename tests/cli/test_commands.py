"""What is parked can be seen, retried and given up; every such step is in the audit trail."""

import json

import pytest

from tests.cli.conftest import FILE, Bridge, Rows
from tests.processors.zoho import UNMAPPED, invoice, taxed

ADD_COMMAND = """
INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body, state,
                      cause, reason)
SELECT id, 1, 'invoice', %s, 'A2', 'invoice.put', 'invoice:' || %s, '{}', %s, %s, 'because'
  FROM connections RETURNING id
"""
ADD_TICKET = """
INSERT INTO tickets (command_id, connection_id, document, position)
SELECT id, connection_id, 'invoice:0', %s FROM commands WHERE id = %s RETURNING 1
"""
ADD_BUDGET = """
INSERT INTO xero_budgets (connection_id, minute_limit, minute_calls, day_left, day_most,
                          day_known_until)
SELECT id, 55, 12, 700, 1000, now() + interval '1 hour' FROM connections
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
    words = ("commands", "list", "--connection", "acme", "--flat")
    listed = json.loads(bridge(*words, "--json").stdout)

    assert [row["id"] for row in listed] == parked
    assert listed[0]["cause"] == "tax:911"
    assert "invoice:0" in bridge(*words).stdout


def test_what_is_held_back_is_told_by_its_cause_once(
    bridge: Bridge, rows: Rows, parked: list[int]
) -> None:
    rows(ADD_TICKET, 1, parked[0])
    (waiting,) = rows(ADD_COMMAND, "0", "0", "pending", None)
    rows(ADD_TICKET, 2, waiting["id"])
    words = ("commands", "list", "--connection", "acme")

    told = bridge(*words).stdout
    roots = json.loads(bridge(*words, "--json", "--by-cause").stdout)["roots"]

    assert told.count("tax:911: 2 parked, 1 wait") == told.count("tax:911") == 1
    assert "xero:lock_date: 1 parked, 0 wait" in told
    assert [root["cause"] for root in roots] == ["tax:911", "xero:lock_date"]
    assert [each["id"] for each in roots[0]["parked"]] == parked[:2]
    assert [each["id"] for each in roots[0]["waits"]] == [waiting["id"]]


def test_commands_of_a_state_are_listed(bridge: Bridge, rows: Rows, parked: list[int]) -> None:
    rows(ADD_COMMAND, "9", "9", "done", None)
    words = ("commands", "list", "--connection", "acme", "--json", "--state", "done")

    assert [row["zoho_id"] for row in json.loads(bridge(*words).stdout)] == ["9"]
    assert bridge(*words[:-1], "lost").exit_code == 2


def test_what_xero_still_allows_is_told(bridge: Bridge, rows: Rows) -> None:
    words = ("commands", "budget", "--connection", "acme")
    assert "no outbox has heard from Xero yet" in bridge(*words).stdout

    rows(ADD_BUDGET)
    rows(ADD_COMMAND, "9", "9", "pending", None)
    told = bridge(*words).stdout
    seen = json.loads(bridge(*words, "--json").stdout)

    assert "day: 700 calls are left, of at least 1000; 50 are kept for look-ups" in told
    assert "minute: 12 of 55 calls are used" in told
    assert "at least 1 calls carry the rest" in told
    assert (seen["day"]["left"], seen["may_go"]) == (700, ["live", "repair", "backfill"])
    assert seen["backlog"]["through_at"] is not None


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
    assert bridge(*words, "--reason", "entered by hand").exit_code == 0
    assert states(rows) == ["parked", "skipped", "parked"]
    (row,) = rows("SELECT detail FROM audit ORDER BY id DESC LIMIT 1")
    assert row["detail"] == {"commands": [parked[1]], "reason": "entered by hand"}
    (command,) = rows("SELECT reason, finished_at FROM commands WHERE state = 'skipped'")
    assert str(command["reason"]).endswith(": entered by hand")
    assert command["finished_at"] is not None


def test_a_script_that_gives_commands_up_may_leave_the_reason_out(
    bridge: Bridge, rows: Rows, parked: list[int]
) -> None:
    words = ("commands", "skip", "--connection", "acme", "--cause", "tax:911")
    result = bridge(*words, "--json")

    assert (result.exit_code, json.loads(result.stdout)) == (0, {"skipped": parked[:2]})
    assert states(rows) == ["skipped", "skipped", "parked"]
    (command,) = rows("SELECT reason FROM commands WHERE id = %s", parked[0])
    assert str(command["reason"]).endswith(": no reason given")


def test_a_script_reads_which_commands_go_again(bridge: Bridge, parked: list[int]) -> None:
    result = bridge("commands", "retry", "--connection", "acme", "--all", "--json")

    assert json.loads(result.stdout) == {"retried": parked}


def test_what_cannot_be_built_yet_stays_parked_and_is_told(
    bridge: Bridge, rows: Rows, parked: list[int]
) -> None:
    unmapped = {"invoice": invoice(line_items=[taxed(tax_id=UNMAPPED)])}
    (event,) = rows(ADD_EVENT, "0", "decided")
    rows("UPDATE events SET body = %s RETURNING 1", json.dumps(unmapped).encode())
    rows("UPDATE commands SET body = NULL, event_id = %s WHERE id = %s", event["id"], parked[0])
    result = bridge("commands", "retry", "--connection", "acme", "--all")

    assert f"These stay parked, since they can't be built yet: {parked[0]}" in result.stderr
    assert states(rows) == ["parked", "pending", "pending"]


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
