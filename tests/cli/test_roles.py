"""Processes start, say what they lack, answer operators, and end when told, as real processes."""

import hashlib
import hmac
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bridge.ports import free_port
from tests.cli.conftest import FILE, Bridge, Rows

SECRET = b"webhooksecret123"
PATIENCE = 900  # tries, a tenth of a second or more each


@dataclass
class Process:
    """A running role: where it answers, and what it has said."""

    child: subprocess.Popen[bytes]
    url: str
    out: Path
    err: Path

    def ready(self, status: int = 200) -> httpx.Response:
        """Ask until this is the answer."""
        said = "nothing"
        for _ in range(PATIENCE):
            assert self.child.poll() is None, self.err.read_text() + self.out.read_text()
            try:
                answer = httpx.get(f"{self.url}/readyz", trust_env=False, timeout=60)
            except httpx.TransportError:
                time.sleep(0.1)
                continue
            if answer.status_code == status:
                return answer
            said = answer.text
            time.sleep(0.1)
        raise AssertionError(f"{said} was its answer: {self.err.read_text()}")

    def end(self) -> int:
        """Send SIGTERM, and give the exit code."""
        self.child.send_signal(signal.SIGTERM)
        return self.child.wait(90)


Start = Callable[..., Process]


@pytest.fixture
def start(environ: dict[str, str | None], tmp_path: Path) -> Iterator[Start]:
    """Give a way to start roles: `start("run")`; they are ended with the test."""
    children: list[subprocess.Popen[bytes]] = []

    def begin(*words: str, port: str = "BRIDGE_PORT") -> Process:
        number = free_port()
        settings = {**os.environ, **environ, "BRIDGE_PORT": "0", port: str(number)}
        given = {name: value for name, value in settings.items() if value is not None}
        out, err = tmp_path / f"{number}.out", tmp_path / f"{number}.err"
        command = [sys.executable, "-m", "bridge.cli", *words]
        with out.open("wb") as stdout, err.open("wb") as stderr:
            children.append(subprocess.Popen(command, env=given, stdout=stdout, stderr=stderr))
        return Process(children[-1], f"http://127.0.0.1:{number}", out, err)

    yield begin
    for child in children:
        if child.poll() is None:
            child.kill()
            child.wait()


def post_invoice(process: Process, endpoint: str, number: int) -> httpx.Response:
    document = {"invoice_id": str(number), "invoice_number": f"INV-{number}", "status": "sent"}
    body = json.dumps({"invoice": document}).encode()
    signature = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    return httpx.post(
        f"{process.url}/webhooks/zoho/{endpoint}/invoice/created",
        content=body,
        headers={"X-Zoho-Webhook-Signature": signature, "Content-Type": "application/json"},
        trust_env=False,
        timeout=60,
    )


@pytest.mark.parametrize("role", ["ingress", "outbox"])
def test_a_role_is_ready_without_the_broker(
    start: Start, environ: dict[str, str | None], role: str
) -> None:
    environ["AMQP_URL"] = f"amqp://guest:guest@127.0.0.1:{free_port()}/"
    process = start(role, port="BRIDGE_METRICS_PORT")

    assert process.ready().status_code == 200
    assert process.end() == 0
    started, *_ = map(json.loads, process.out.read_text().splitlines())
    assert (started["event"], started["role"]) == ("process.started", role)
    assert started["settings"]["BRIDGE_METRICS_PORT"] > 0
    assert started["settings"]["BRIDGE_SECRET_KEY"] == "[redacted]"


def test_a_processor_is_ready_once_the_broker_is_there(
    start: Start, environ: dict[str, str | None], amqp_url: str
) -> None:
    environ["AMQP_URL"] = f"amqp://guest:guest@127.0.0.1:{free_port()}/"
    away = start("processor", port="BRIDGE_METRICS_PORT")
    environ["AMQP_URL"] = amqp_url
    there = start("processor", "--entity", "invoice", port="BRIDGE_METRICS_PORT")

    assert away.ready(503).json()["problems"] == ["RabbitMQ is away"]
    assert there.ready().status_code == 200
    assert (away.end(), there.end()) == (0, 0)


def test_a_sweeper_measures_what_waits(
    start: Start,
    environ: dict[str, str | None],
    amqp_url: str,
    bridge: Bridge,
    rows: Rows,
) -> None:
    bridge("connection", "apply", "-", stdin=FILE)
    rows(
        "INSERT INTO events (connection_id, entity, zoho_id, trigger, touches, fingerprint,"
        " content_type, body, request_id) SELECT id, 'invoice', '1', 'created', '{}', 'x',"
        " 'application/json', '{}', '' FROM connections"
    )
    environ["AMQP_URL"] = amqp_url
    process = start("sweeper", port="BRIDGE_METRICS_PORT")
    process.ready()

    wait_for(lambda: 'bridge_events_undecided{connection="acme"} 1.0' in metrics(process))
    assert process.end() == 0


def metrics(process: Process) -> str:
    return httpx.get(f"{process.url}/metrics", trust_env=False, timeout=60).text


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(PATIENCE):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come about")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("processor",), "Set AMQP_URL"),
        (("sweeper",), "Set AMQP_URL"),
        (("processor", "--entity", "giraffe"), "No such entity: giraffe"),
    ],
)
def test_a_role_that_can_t_work_says_why(bridge: Bridge, words: tuple[str, ...], said: str) -> None:
    result = bridge(*words)

    assert result.exit_code == 2
    assert said in result.stderr


def test_an_address_that_is_taken_ends_the_process(
    start: Start, environ: dict[str, str | None]
) -> None:
    first = start("outbox", port="BRIDGE_METRICS_PORT")
    first.ready()
    environ["BRIDGE_METRICS_PORT"] = first.url.rpartition(":")[2]
    second = start("outbox")

    assert second.child.wait(60) == 1
    assert "can't be served" in second.err.read_text()
    assert "Traceback" not in second.err.read_text()


def test_all_in_one_process_brings_what_is_not_named(
    start: Start, environ: dict[str, str | None]
) -> None:
    environ["DATABASE_URL"] = environ["AMQP_URL"] = environ["BRIDGE_SECRET_KEY"] = None
    process = start("run")

    assert process.ready().status_code == 200
    said = process.err.read_text()
    assert "DATABASE_URL is not set" in said
    assert "AMQP_URL is not set" in said
    assert "a key was made" in said
    assert re.search(r"first account here, within a day: \S+/setup#[\w-]{43}", said)
    assert process.end() == 0


def test_all_in_one_process_accepts_while_the_broker_is_away(
    start: Start, environ: dict[str, str | None], bridge: Bridge, rows: Rows
) -> None:
    applied = bridge("connection", "apply", "-", "--json", stdin=FILE)
    environ["AMQP_URL"] = f"amqp://guest:guest@127.0.0.1:{free_port()}/"
    process = start("run")

    assert process.ready().status_code == 200
    endpoint = json.loads(applied.stdout)["endpoint"]
    assert post_invoice(process, endpoint, 1).status_code == 202
    assert rows("SELECT zoho_id, state FROM events") == [{"zoho_id": "1", "state": "undecided"}]
    assert process.end() == 0


def test_a_connection_applied_while_it_runs_is_known_without_a_restart(
    start: Start, bridge: Bridge, rows: Rows
) -> None:
    process = start("run")
    process.ready()
    applied = bridge("connection", "apply", "-", "--json", stdin=FILE)

    endpoint = json.loads(applied.stdout)["endpoint"]
    assert post_invoice(process, endpoint, 1).status_code == 202
    wait_for(lambda: rows("SELECT state FROM events") != [{"state": "undecided"}])
    assert process.end() == 0
