"""Waiting in an event loop: for the first of several things, or for a while that a stop ends."""

import asyncio
import contextlib
from collections.abc import Awaitable


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait `seconds`, or less when `stop` is set meanwhile."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def heed_cancellation() -> None:
    """Raise the cancellation of this task anew: a library may have turned it into its own error."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def first(*awaitables: Awaitable[object]) -> None:
    """Wait until one of them is done, and let go of the others; raises what the first raised."""
    tasks = [asyncio.ensure_future(awaitable) for awaitable in awaitables]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
