"""Whoever asks a process whether it is ready is answered, however silent its servers are."""

import asyncio

import pytest

from bridge.cli.parts import readiness
from bridge.postgres import create_pool
from tests.bridge.cable import cable_to


async def test_a_database_that_falls_silent_makes_a_process_unready_and_keeps_no_line(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cable_to(database_url) as (near, cable), await create_pool(near, size=2) as pool:
        ready = readiness(pool)
        before = await ready()
        monkeypatch.setattr("bridge.cli.parts.PING_SECONDS", 0.2)
        cable.hush()
        async with asyncio.timeout(25):  # the driver waits for half a minute
            problems = [await ready() for _ in range(3)]
        cable.pull()

    assert before == []
    assert all("does not answer" in problem for [problem] in problems)
