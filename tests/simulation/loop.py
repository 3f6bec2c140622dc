"""An event loop on a virtual clock, and processes that can be frozen and killed inside of it."""

import asyncio
import heapq
from collections import deque
from collections.abc import Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

FOREVER: Final = float("inf")


class DeadlockError(Exception):
    """Nothing is ready and no timer runs: the schedule hangs."""


class Killed(BaseException):
    """The process is dead: whatever it still asks of the world is not heard."""


@dataclass(eq=False)
class Proc:
    """One process: what it owns dies with it. `frozen_until` is a virtual time."""

    name: str
    role: str
    frozen_until: float = 0.0
    dead: bool = False
    buried: bool = False  # its tasks are only being swept up
    handles: "list[asyncio.Handle]" = field(default_factory=list)  # what death interrupted
    tasks: "list[asyncio.Task[Any]]" = field(default_factory=list)
    connections: list[Any] = field(default_factory=list)
    holder: str = ""

    @property
    def asleep_until(self) -> float:
        """The virtual time until which no line of it runs."""
        return FOREVER if self.dead else self.frozen_until


PROC: ContextVar[Proc | None] = ContextVar("PROC", default=None)


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs what is ready in order; when nothing is, the clock jumps to the next timer.

    What belongs to a frozen process waits for its waking, what belongs to a dead one for ever:
    exactly what SIGSTOP and SIGKILL do.
    """

    _ready: "deque[asyncio.Handle]"
    _scheduled: "list[asyncio.TimerHandle]"

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.steps = 0
        self.errors: list[str] = []
        self.set_task_factory(_owned)  # type: ignore[arg-type]
        self.set_exception_handler(self._note)

    def time(self) -> float:
        """Virtual seconds since the start."""
        return self.now

    def _note(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.errors.append(f"{context.get('message')}: {context.get('exception')!r}")

    def _run_once(self) -> None:
        ready = self._ready
        if not ready:
            self._jump()
        for _ in range(len(ready)):
            handle = ready.popleft()
            if handle._cancelled:
                continue
            proc: Proc | None = handle._context.get(PROC)  # type: ignore[attr-defined]
            if proc is not None and proc.asleep_until > self.now:
                self._put_off(proc, handle)
                continue
            self.steps += 1
            handle._run()

    def _jump(self) -> None:
        timers = self._scheduled
        while timers:
            timer = heapq.heappop(timers)
            timer._scheduled = False  # type: ignore[attr-defined]
            if not timer._cancelled:
                self.now = max(self.now, timer.when())
                self._ready.append(timer)
                return
        raise DeadlockError

    def _put_off(self, proc: Proc, handle: asyncio.Handle) -> None:
        if proc.dead:
            proc.handles.append(handle)
        else:
            self.call_at(proc.frozen_until, self._wake, handle)

    def _wake(self, handle: asyncio.Handle) -> None:
        self._ready.append(handle)

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Cancelled timers are passed over when their time comes."""

    def _process_events(self, event_list: Any) -> None:
        """No sockets here."""

    def _write_to_self(self) -> None:
        """No threads here."""

    def bury(self, procs: list[Proc]) -> None:
        """Let the tasks of the dead unwind: whatever they still ask raises Killed."""
        for proc in procs:
            proc.dead, proc.buried = False, True
            proc.frozen_until = 0.0
            self._ready.extend(proc.handles)
            proc.handles.clear()
            for task in proc.tasks:
                task.cancel()


def _owned(
    loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any], **more: Any
) -> "asyncio.Task[Any]":
    task = asyncio.Task(coroutine, loop=loop, **more)
    context = more.get("context")
    proc = PROC.get() if context is None else context.get(PROC)
    if proc is not None:
        proc.tasks.append(task)
    return task
