"""A process lives with all of its loops or not at all."""

import asyncio
import os
import signal

import pytest

from bridge.supervise import DrainError, LoopEndedError, supervise


async def patient(stop: asyncio.Event) -> None:
    await stop.wait()


async def ends(_stop: asyncio.Event) -> None:
    """A loop that stops too early."""


async def breaks(_stop: asyncio.Event) -> None:
    raise RuntimeError("a bug")


async def tells_to_stop(stop: asyncio.Event) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    await stop.wait()


async def never_finishes(_stop: asyncio.Event) -> None:
    await asyncio.Event().wait()


async def test_a_signal_stops_every_loop() -> None:
    await supervise(patient, tells_to_stop)


async def test_a_loop_that_breaks_takes_the_process_with_it() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        await supervise(patient, breaks)

    assert caught.group_contains(RuntimeError, match="a bug")


async def test_a_loop_that_ends_by_itself_takes_the_process_with_it() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        await supervise(patient, ends)

    assert caught.group_contains(LoopEndedError, match="ends ended")


async def test_work_under_way_is_finished_after_the_signal() -> None:
    finished = []

    async def work(stop: asyncio.Event) -> None:
        await stop.wait()
        await asyncio.sleep(0.05)
        finished.append(1)

    await supervise(work, tells_to_stop)

    assert finished


async def test_a_loop_that_does_not_finish_in_time_is_named() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        await supervise(never_finishes, tells_to_stop, drain=0.05)

    assert caught.group_contains(DrainError, match="never_finishes")
