"""An event loop on a virtual clock, and processes that can be frozen and killed inside of it."""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass, field
from typing import Any


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
    handles: "list[Handle]" = field(default_factory=list)  # what death interrupted
    tasks: "list[asyncio.Task[Any]]" = field(default_factory=list)
    connections: list[Any] = field(default_factory=list)
    holder: str = ""


PROC: ContextVar[Proc | None] = ContextVar("PROC", default=None)


class Handle:
    """A call that is to come. asyncio's own does the same, at twice the cost."""

    __slots__ = ("_when", "args", "call", "context", "gone")

    def __init__(self, call: Callable[..., Any], args: Any, context: Context | None) -> None:
        self.call = call
        self.args = args
        self.context = copy_context() if context is None else context
        self.gone = False
        self._when = 0.0

    def cancel(self) -> None:
        """Let it be passed over when its time comes."""
        self.gone = True

    def cancelled(self) -> bool:
        """Whether it will be passed over."""
        return self.gone

    def when(self) -> float:
        """The virtual second of a timer."""
        return self._when


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs what is ready in order; when nothing is, the clock jumps to the next timer.

    What belongs to a frozen process waits for its waking, what belongs to a dead one for ever:
    exactly what SIGSTOP and SIGKILL do.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.steps = 0
        self.errors: list[str] = []
        self.tasks: list[asyncio.Task[Any]] = []
        self._due: deque[Handle] = deque()
        self._timers: list[tuple[float, int, Handle]] = []
        self._stopping = False
        self._set = 0  # timers so far: those of one moment go in the order of their setting
        self.set_task_factory(_owned)  # type: ignore[arg-type]  # ours is plainer
        self.set_exception_handler(self._note)

    def time(self) -> float:
        """Virtual seconds since the start."""
        return self.now

    def _note(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.errors.append(f"{context.get('message')}: {context.get('exception')!r}")

    def call_soon(  # type: ignore[override]  # no context here
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> Handle:
        """Run something after what is ready now."""
        handle = Handle(callback, args, context)
        self._due.append(handle)
        return handle

    def call_at(  # type: ignore[override]  # no context here
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> Handle:
        """Run something at a virtual second."""
        handle = Handle(callback, args, context)
        handle._when = when
        self._set += 1
        heapq.heappush(self._timers, (when, self._set, handle))
        return handle

    def call_later(  # type: ignore[override]  # no context here
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> Handle:
        """Run something in so many virtual seconds."""
        return self.call_at(self.now + delay, callback, *args, context=context)

    def _run_once(self) -> None:
        """Run until somebody stops the loop: asyncio asks for it again and again, for nothing."""
        due = self._due
        while not self._stopping:
            if not due:
                self._jump()
            handle = due.popleft()
            if handle.gone:
                continue
            proc: Proc | None = handle.context.get(PROC)
            if proc is not None and (proc.dead or proc.frozen_until > self.now):
                self._put_off(proc, handle)
                continue
            self.steps += 1
            try:
                handle.context.run(handle.call, *handle.args)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as error:  # noqa: BLE001  as asyncio's own loop takes it
                self.call_exception_handler({"message": f"in {handle.call}", "exception": error})

    def _jump(self) -> None:
        timers = self._timers
        while timers:
            when, _, timer = heapq.heappop(timers)
            if not timer.gone:
                self.now = max(self.now, when)
                self._due.append(timer)
                return
        raise DeadlockError

    def _put_off(self, proc: Proc, handle: Handle) -> None:
        if proc.dead:
            proc.handles.append(handle)
        else:
            self.call_at(proc.frozen_until, self._due.append, handle)

    def _process_events(self, event_list: Any) -> None:
        """No sockets here."""

    def _write_to_self(self) -> None:
        """No threads here."""

    def bury(self, procs: list[Proc]) -> None:
        """Let the tasks of the dead unwind: whatever they still ask raises Killed."""
        for proc in procs:
            proc.dead, proc.buried = False, True
            proc.frozen_until = 0.0
            self._due.extend(proc.handles)
            proc.handles.clear()
            for task in proc.tasks:
                task.cancel()


def _owned(
    loop: VirtualLoop, coroutine: Coroutine[Any, Any, Any], **more: Any
) -> "asyncio.Task[Any]":
    task = asyncio.Task(coroutine, loop=loop, **more)
    loop.tasks.append(task)
    context = more.get("context")
    proc = PROC.get() if context is None else context.get(PROC)
    if proc is not None:
        proc.tasks.append(task)
    return task
