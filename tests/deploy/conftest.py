"""Tools that check what operators get; installed on Debian where they are missing."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers import debian
from tests.servers.search import Unavailable

Tool = Callable[..., str]


@pytest.fixture(scope="session")
def promtool() -> Tool:
    """Give Prometheus's own checker: `promtool("check", "rules", file)`; fails with its words."""
    if shutil.which("promtool") is None:
        _bring("prometheus")

    def run(*words: str | Path) -> str:
        done = subprocess.run(
            ["promtool", *map(str, words)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def _bring(package: str) -> None:
    try:
        debian.install(package)
    except Unavailable as reason:
        advice = f"{reason}. Install {package} to run this test."
        if os.environ.get("CI"):
            pytest.fail(advice)
        pytest.skip(advice)
