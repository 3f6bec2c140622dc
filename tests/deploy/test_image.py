"""The image as far as a machine without a container engine can tell: linted, and its parts run."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.house import HOUSE, ROOMS

DOCKERFILE = (HOUSE / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (HOUSE / ".dockerignore").read_text(encoding="utf-8").split("\n")
ALLOWED = [line[1:] for line in IGNORED if line.startswith("!")]
LEFT_OUT = ("__pycache__", "*.pyc")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Do what the Dockerfile's build stage does with what .dockerignore lets in."""
    context, target = (tmp_path_factory.mktemp(name) for name in ("context", "installed"))
    for name in ALLOWED:
        source, copy = HOUSE / name, context / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        else:
            shutil.copy(source, copy)
    build = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation"]
    quiet = ["--quiet", "--disable-pip-version-check", "--target", str(target), str(context)]
    done = subprocess.run([*build, *quiet], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


def ours() -> Iterator[Path]:
    """Every file of our rooms that is not Python, as the repository has it."""
    listed = subprocess.run(
        ["git", "ls-files", *ROOMS], cwd=HOUSE, capture_output=True, text=True, check=True
    )
    files = [Path(line) for line in listed.stdout.splitlines()]
    for path in files:
        within = path.parts[0] != "deploy" or path.is_relative_to("deploy/migrations")
        if within and path.suffix != ".py":
            yield path


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [hadolint, "-c", HOUSE / ".hadolint.yaml", HOUSE / "Dockerfile"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_the_image_is_made_of_the_lock_file_and_never_runs_as_root() -> None:
    installs = re.findall(r"^RUN pip install (.*)$", DOCKERFILE, re.MULTILINE)
    last_user = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)[-1]

    assert installs[0] == "--require-hashes --only-binary=:all: -r requirements.lock"
    assert all("--no-deps" in each for each in installs[1:])
    assert last_user.isdigit()
    assert int(last_user) >= 10_000
    assert "org.opencontainers.image.revision" in DOCKERFILE
    assert "HEALTHCHECK" in DOCKERFILE


def test_nothing_of_the_rooms_is_left_out(installed: Path) -> None:
    assert [path for path in ours() if not (installed / path).is_file()] == []


def test_nothing_but_the_rooms_comes_in() -> None:
    unwanted = (".git", "tests", ".env", ".bridge", ".venv", "docs", "bench")

    assert IGNORED[1] == "*"
    assert not [name for name in unwanted for each in ALLOWED if fnmatch(name, each)]


def test_what_is_installed_brings_a_database_up_to_date(
    installed: Path, postgres_server: str
) -> None:
    from tests.conftest import RUN
    from tests.servers import postgres

    with postgres.database(postgres_server, f"{RUN}_image") as url:
        environment = {**os.environ, "PYTHONPATH": str(installed), "DATABASE_URL": url}
        environment["BRIDGE_SECRET_KEY"] = "A" * 43 + "="
        where = "import bridge, bridge.cli, sys; print(bridge.__file__); bridge.cli.main()"
        done = subprocess.run(
            [sys.executable, "-c", where, "migrate"],
            env=environment,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(installed))
    assert "up to date" in done.stdout
