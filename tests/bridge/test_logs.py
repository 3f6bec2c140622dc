"""Logs are one JSON object a line and hold nothing that should stay with us."""

import io
import json
import logging
from typing import Any

import pytest
import structlog

from bridge import logs

LOG = structlog.get_logger()


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail(text: str) -> None:
    raise ConnectionError(text)


def test_a_line_is_an_object_with_its_level_and_its_time_in_utc(stream: io.StringIO) -> None:
    logs.configure("json", "info", stream)
    structlog.get_logger().info("event.received", connection="acme", event_id=7)

    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "event.received",
        "level": "info",
        "connection": "acme",
        "event_id": 7,
    }


def test_lines_below_the_level_are_not_written(stream: io.StringIO) -> None:
    logs.configure("json", "warning", stream)
    structlog.get_logger().info("event.received")

    assert lines(stream) == []


def test_secrets_are_hidden_by_their_name_at_any_depth(stream: io.StringIO) -> None:
    logs.configure("json", "info", stream)
    structlog.get_logger().info(
        "x", access_token="hunter2", headers={"Authorization": "hunter2"}, url="amqp://u:hunter2@h/"
    )

    assert "hunter2" not in stream.getvalue()
    assert lines(stream)[0]["url"] == "amqp://u:[redacted]@h/"


def test_an_error_s_trace_shows_no_local_variables(stream: io.StringIO) -> None:
    logs.configure("json", "info", stream)
    _token_in_a_local_variable = "hunter2"
    try:
        fail("amqp://me:hunter3@host is away")
    except ConnectionError:
        structlog.get_logger().exception("message.failed")

    assert lines(stream)[0]["exception"][0]["exc_type"] == "ConnectionError"
    assert "hunter2" not in stream.getvalue()
    assert "hunter3" not in stream.getvalue()


def test_libraries_log_in_the_same_form(stream: io.StringIO) -> None:
    logs.configure("json", "info", stream)
    logging.getLogger("uvicorn.error").warning("port %s is slow", 80)

    assert lines(stream)[0]["event"] == "port 80 is slow"


def test_people_may_read_plain_lines(stream: io.StringIO) -> None:
    logs.configure("console", "info", stream)
    structlog.get_logger().info("event.received", connection="acme")

    assert "event.received" in stream.getvalue()
    assert "connection=acme" in stream.getvalue()


@pytest.mark.parametrize("turn", [1, 2])
def test_a_room_s_logger_writes_where_the_test_at_work_says(stream: io.StringIO, turn: int) -> None:
    logs.configure("json", "info", stream)
    LOG.info("event.received")

    assert len(lines(stream)) == 1
