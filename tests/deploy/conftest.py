"""Tools that check what operators get; installed on Debian where they are missing."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from bridge.cli import app
from tests.servers import debian
from tests.servers.search import Unavailable

Tool = Callable[..., str]


def takes(*arguments: str) -> None:
    """Let the command line read arguments, and do nothing; raises click's error for a wrong one."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    name, *rest = arguments
    group.commands[name].make_context(name, rest).close()


@pytest.fixture(scope="session")
def promtool() -> Tool:
    """Give Prometheus's own checker: `promtool("check", "rules", file)`; fails with its words."""
    _bring("promtool", "prometheus")

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
    _bring("nginx", "nginx-light")


def _bring(command: str, package: str) -> None:
    try:
        debian.bring(command, package)
    except Unavailable as reason:
        if os.environ.get("CI"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))
