"""Runs a process's loops together: it stops on a signal, drains, and never lives on without one."""

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any

Loop = Callable[[asyncio.Event], Coroutine[Any, Any, None]]
SIGNALS = (signal.SIGTERM, signal.SIGINT)


class LoopEndedError(Exception):
    """A loop that should run until it is told to stop came to an end by itself."""


class DrainError(Exception):
    """What was begun could not be finished in the time given after the stop."""


async def supervise(*loops: Loop, drain: float = 60) -> None:
    """Run every `loop(stop)` until SIGTERM or SIGINT sets `stop`, then at most `drain` seconds.

    A loop that raises, or that ends before `stop` is set, takes the process with it: raises an
    ExceptionGroup with its error, a LoopEndedError, or after the stop a DrainError.
    """
    stop = asyncio.Event()
    running = asyncio.get_running_loop()
    for number in SIGNALS:
        running.add_signal_handler(number, stop.set)
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_watch(loop, stop), name=_name(loop)) for loop in loops]
            group.create_task(_drain(tasks, stop, drain))
    finally:
        for number in SIGNALS:
            running.remove_signal_handler(number)


async def _watch(loop: Loop, stop: asyncio.Event) -> None:
    await loop(stop)
    if not stop.is_set():
        raise LoopEndedError(f"{_name(loop)} ended by itself")


async def _drain(tasks: list[asyncio.Task[None]], stop: asyncio.Event, seconds: float) -> None:
    await stop.wait()
    _, late = await asyncio.wait(tasks, timeout=seconds)
    if late:
        names = ", ".join(sorted(task.get_name() for task in late))
        raise DrainError(f"not finished {seconds:g} s after the stop: {names}")


def _name(loop: Loop) -> str:
    # A partial has no name of its own; its function has.
    return str(getattr(getattr(loop, "func", loop), "__qualname__", loop))
