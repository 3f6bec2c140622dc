"""Private servers that may be killed: each is started again just as it was started first."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
from yarl import URL

from tests.servers import postgres, rabbitmq
from tests.servers.process import ends_with_us

PATIENCE: Final = 60.0  # seconds until a server that was started again answers


class Mortal:
    """A server of ours: how it was started, and how to tell that it is there."""

    def __init__(self, pid: int, answers: Callable[[], object]) -> None:
        place = Path(f"/proc/{pid}")
        self.pid = pid
        self._answers = answers
        self._command = (place / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        environment = (place / "environ").read_bytes().rstrip(b"\0").split(b"\0")
        self._environment = dict(entry.split(b"=", 1) for entry in environment if b"=" in entry)
        self._folder = (place / "cwd").readlink()
        self._owner = place.stat()
        self._child: subprocess.Popen[bytes] | None = None

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End it without a word: SIGKILL all of it, or PostgreSQL's immediate stop (SIGQUIT)."""
        if number == signal.SIGKILL:
            os.killpg(self.pid, number)
        else:
            os.kill(self.pid, number)
        # What is started again before this one is gone finds its port and its lock taken. Whoever
        # started it may still reap it.
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        if self._child is not None:
            self._child.wait()

    def start(self) -> None:
        """Start it again, and wait until it answers."""
        self._child = subprocess.Popen(
            [*ends_with_us(signal.SIGKILL), *(os.fsdecode(part) for part in self._command)],
            env={os.fsdecode(k): os.fsdecode(v) for k, v in self._environment.items()},
            cwd=self._folder,
            user=self._owner.st_uid,
            group=self._owner.st_gid,
            extra_groups=[],
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.pid = self._child.pid
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._answers()
            except (OSError, psycopg.Error, httpx.HTTPError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return

    def end(self) -> None:
        """End it for good, if it was started again."""
        if self._child is not None and self._child.poll() is None:
            self.kill()


def private_postgres(stack: ExitStack) -> tuple[str, Mortal]:
    """Start a PostgreSQL of our own; gives its URL."""
    url, pid = _born(lambda: postgres.private(stack))
    server = Mortal(pid, lambda: psycopg.connect(url, connect_timeout=2).close())
    stack.callback(server.end)
    return url, server


def private_rabbitmq(stack: ExitStack) -> tuple[rabbitmq.Broker, Mortal]:
    """Start a RabbitMQ of our own."""
    broker, pid = _born(lambda: rabbitmq.private(stack))
    server = Mortal(pid, lambda: rabbitmq._answers(broker))
    stack.callback(server.end)
    return broker, server


def lose_messages(broker: rabbitmq.Broker, host: str) -> int:
    """Delete every message of a virtual host; gives how many queues were emptied."""
    management = URL(broker.management)
    site = management.with_user(None).with_password(None)
    access = (management.user or "guest", management.password or "guest")
    with httpx.Client(base_url=str(site), auth=access, timeout=20) as client:
        queues = client.get(f"/api/queues/{host}").raise_for_status().json()
        for queue in queues:
            client.delete(f"/api/queues/{host}/{queue['name']}/contents").raise_for_status()
    return len(queues)


def _born(start: Callable[[], Any]) -> tuple[Any, int]:
    """Start a server; gives what `start` does, and its process (Erlang's name server aside)."""
    before = _children()
    started = start()
    (pid,) = [pid for pid in _children() - before if _name_of(pid) != "epmd"]
    return started, pid


def _children() -> set[int]:
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(pid) for task in tasks for pid in task.read_text().split()}


def _name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text(encoding="ascii").strip()
