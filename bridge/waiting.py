"""Waiting in an event loop: for the first of several things, or for a while that a stop ends."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any


class StoppedError(Exception):
    """What was being done was cut off by a stop."""


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


@asynccontextmanager
async def limited(
    watch: Callable[[asyncio.Timeout], Coroutine[Any, Any, None]],
    over: Exception,
    until: float | None = None,
) -> AsyncIterator[None]:
    """Cut off what is done in the context when its time is over, and raise `over`.

    That is when the event loop's clock says `until`, or what `watch` makes of it meanwhile.
    """
    limit = asyncio.timeout_at(until)
    try:
        async with limit:
            watching = asyncio.create_task(watch(limit))
            try:
                yield
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
    except TimeoutError:
        if limit.expired():
            raise over from None
        raise


@asynccontextmanager
async def unless(stop: asyncio.Event) -> AsyncIterator[None]:
    """Cut off what is done in the context when `stop` is set, and raise StoppedError."""

    async def watch(limit: asyncio.Timeout) -> None:
        await stop.wait()
        limit.reschedule(asyncio.get_running_loop().time())

    async with limited(watch, StoppedError()):
        yield
