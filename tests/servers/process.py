"""Private servers: children of ours that never run as root and never outlive us."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.servers.search import Unavailable

PATIENCE = 60  # seconds for a server to be ready, on a busy machine
GRACE = 10  # seconds for a child to end when asked


def account(*names: str) -> str | None:
    """Return the first of the accounts that exists, for servers that refuse root.

    None when we are not root: the servers then run as who we are.
    """
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in (*names, "nobody") if name in known)


def folder(stack: ExitStack, owner: str | None) -> Path:
    """Make a temporary folder that belongs to `owner` and goes with `stack`."""
    path = Path(tempfile.mkdtemp(prefix="bridge-tests-"))
    stack.callback(shutil.rmtree, path, ignore_errors=True)
    give(path, owner)
    return path


def give(path: Path, owner: str | None) -> None:
    """Hand a file or folder over to `owner`; nothing when servers run as who we are."""
    if owner:
        shutil.chown(path, owner, pwd.getpwnam(owner).pw_gid)


def run(command: Sequence[str], owner: str | None = None) -> str:
    """Run a short command as `owner` and return what it prints.

    Raises Unavailable with the end of its output when it can't be run or fails.
    """
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", **_as(owner)
        )
    except OSError as error:
        raise Unavailable(f"{command[0]}: {error.strerror}") from error
    if done.returncode:
        raise Unavailable(f"{command[0]} failed: {(done.stdout + done.stderr)[-800:]}")
    return str(done.stdout)


def start(
    stack: ExitStack,
    command: Sequence[str],
    log: Path,
    *,
    owner: str | None,
    environment: Mapping[str, str] | None = None,
    end: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start a server in its own session, writing to `log`; `end` is sent when `stack` closes."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            [*ends_with_us(end), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
            **_as(owner),
        )
    stack.callback(stop, child, end)
    return child


def stop(child: subprocess.Popen[bytes], end: signal.Signals) -> None:
    """Send `end` to a child and wait until it is gone; one that stays is killed."""
    child.send_signal(end)
    try:
        child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def ends_with_us(end: signal.Signals) -> list[str]:
    """Return the words before a command that send it `end` when we die without a word.

    None where the system has no such thing: a killed test run then leaves its servers behind.
    """
    return ["setpriv", f"--pdeathsig={end.name[3:]}"] if shutil.which("setpriv") else []


def wait_until(ready: Callable[[], object], child: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until `ready()` raises no OSError; Unavailable if the server gives up before."""
    deadline = time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < deadline:
        try:
            ready()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise Unavailable(f"the server did not start: {log.read_text(errors='replace')[-800:]}")


def _as(owner: str | None) -> dict[str, Any]:
    if owner is None:
        return {}
    return {"user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": []}
