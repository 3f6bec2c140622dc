"""Installs a server's package on Debian, without letting its service start."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import run
from tests.servers.search import Unavailable, say

POLICY = Path("/usr/sbin/policy-rc.d")
LOCK = Path(tempfile.gettempdir()) / "bridge-tests-apt.lock"


def install(package: str) -> None:
    """Install `package`; Unavailable when we may not, or when it can't be had.

    Tests run in several processes, and apt serves one: the others wait for their turn.
    """
    if os.getuid() != 0 or not shutil.which("apt-get"):
        raise Unavailable(f"only root on Debian can install {package}")
    say(f"Installing Debian's {package} …")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    with _alone(), _services_stay_down():
        run(["apt-get", "update", "-qq"])
        run(["apt-get", "install", "-qq", "--yes", "--no-install-recommends", package])


def bring(command: str, package: str) -> None:
    """Have a command at hand, from Debian's package where it is missing; Unavailable as above."""
    if shutil.which(command) is None:
        try:
            install(package)
        except Unavailable as reason:
            raise Unavailable(f"{reason}. Install {package} yourself") from reason


@contextmanager
def _alone() -> Iterator[None]:
    with LOCK.open("w") as lock:  # let go of when it is closed, also by a death
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _services_stay_down() -> Iterator[None]:
    # Debian asks this script before it starts a service; 101 means: not now.
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
