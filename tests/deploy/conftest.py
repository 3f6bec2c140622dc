"""Tools that check what operators get; installed on Debian where they are missing."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.core import TyperGroup
from typer.main import get_command
from yarl import URL

from bridge.cli import app
from tests.conftest import RUN, TURNS
from tests.house import HOUSE
from tests.servers import debian
from tests.servers.rabbitmq import Broker
from tests.servers.search import Unavailable
from tests.servers.tools import TOOLS

Tool = Callable[..., str]
FILE = HOUSE / "deploy" / "rabbitmq" / "definitions.json"
DEFINITIONS: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
PASSWORD = "definitionspassword"


def takes(*arguments: str) -> None:
    """Let the command line read arguments, and do nothing; raises click's error for a wrong one."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    name, *rest = arguments
    group.commands[name].make_context(name, rest).close()


@pytest.fixture(scope="session")
def promtool() -> Tool:
    """Give Prometheus's own checker: `promtool("check", "rules", file)`; fails with its words."""
    _bring("promtool")

    def run(*words: str | Path) -> str:
        done = subprocess.run(
            ["promtool", *map(str, words)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def nginx() -> None:
    """Have nginx at hand, which stands in front of the door."""
    _bring("nginx")


def _bring(command: str) -> None:
    try:
        debian.bring(command, TOOLS[command])
    except Unavailable as reason:
        if os.environ.get("CI"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))


class Management:
    """The broker's own HTTP interface; short questions that a test may wait for."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/api/"

    def ask(self, method: str, path: str, body: object = None) -> Any:
        with httpx.Client(base_url=self._url, trust_env=False, timeout=30) as client:
            answer = client.request(method, path, json=body).raise_for_status()
        return answer.json() if answer.content else None


@pytest.fixture
def management(broker: Broker) -> Management:
    return Management(broker.management)


@pytest.fixture
def vhost(amqp_url: str) -> str:
    return URL(amqp_url).path.removeprefix("/")


@pytest.fixture
def user(management: Management, vhost: str) -> Iterator[str]:
    """Give a user with the rights of the file's, in this test's own virtual host."""
    name = f"{RUN}_{next(TURNS)}"
    management.ask("PUT", f"users/{name}", {"password": PASSWORD, "tags": ""})
    for kind in ("permissions", "topic_permissions"):
        [rights] = [each for each in DEFINITIONS[kind] if each["user"] == "bridge"]
        path = f"{kind.replace('_', '-')}/{vhost}/{name}"
        management.ask("PUT", path, rights)
    yield name
    management.ask("DELETE", f"users/{name}")
