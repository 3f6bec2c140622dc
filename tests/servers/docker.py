"""Runs a server in a container, where docker works."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TypeVar

from tests.servers.process import PATIENCE, run
from tests.servers.search import Unavailable

Found = TypeVar("Found")


def container(
    stack: ExitStack, image: str, ports: list[int], environment: Mapping[str, str]
) -> Callable[[int], int]:
    """Start `image` with `ports` published on 127.0.0.1; it goes with `stack`.

    Returns a function from a port of the container to the port of this machine. Raises
    Unavailable where docker does not work.
    """
    run(["docker", "version", "--format", "{{.Server.Version}}"])
    published = [f"--publish=127.0.0.1::{port}" for port in ports]
    settings = [f"--env={name}={value}" for name, value in environment.items()]
    name = run(["docker", "run", "--detach", "--rm", *published, *settings, image]).strip()
    stack.callback(run, ["docker", "rm", "--force", "--volumes", name])
    return lambda port: int(run(["docker", "port", name, f"{port}/tcp"]).rpartition(":")[2])


def patiently(check: Callable[[], Found]) -> Found:
    """Return what `check()` returns as soon as it raises no Unavailable, or its last error."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            return check()
        except Unavailable:
            time.sleep(0.2)
    return check()
