"""The stand-ins' clock stands still, runs fast, or is pushed; whoever sleeps by it notices."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.clock import Clock

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_clock_without_speed_stands_still() -> None:
    clock = Clock(START, speed=0)

    assert clock.now() == clock.now() == START


def test_a_clock_is_pushed_forward_and_never_back() -> None:
    clock = Clock(START, speed=0)

    assert clock.advance(90) == START + timedelta(seconds=90)
    with pytest.raises(ValueError, match="never goes back"):
        clock.advance(-1)


def test_a_fast_clock_gets_ahead_of_a_slow_one() -> None:
    fast, slow = Clock(START, speed=1_000_000), Clock(START, speed=1)

    assert fast.now() - START > slow.now() - START


async def test_a_sleeper_wakes_when_its_time_is_pushed_past() -> None:
    clock = Clock(START, speed=0)
    sleeper = asyncio.create_task(clock.sleep(60))
    for seconds in (30, 29):
        await asyncio.sleep(0)
        clock.advance(seconds)
        await asyncio.sleep(0)
    assert not sleeper.done()

    clock.advance(1)

    await sleeper


async def test_a_sleeper_wakes_when_the_clock_is_set_running() -> None:
    clock = Clock(START, speed=0)
    sleeper = asyncio.create_task(clock.sleep(60))
    await asyncio.sleep(0)

    clock.speed = 1_000_000

    await sleeper
