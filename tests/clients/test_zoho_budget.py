"""Zoho's limits belong to the organisation: all processes together keep them."""

import asyncio
import time
from itertools import cycle

import pytest

from clients.zoho.budget import BACKFILL, LIVE, REPAIR
from clients.zoho.errors import Throttled
from clients.zoho.session import ZohoSession
from tests.clients.zoho_line import Line


async def calls_until_throttled(*sessions: ZohoSession) -> int:
    """Count what processes may call between them before the budget keeps them waiting."""
    for count, session in enumerate(cycle(sessions)):
        try:
            await session.check()
        except Throttled:
            return count
    raise AssertionError


async def test_two_processes_together_stay_within_the_minute(line: Line) -> None:
    line.per_minute = 6
    await line.control("settings", limits={"minute": 6})

    async with line.session() as one, line.session() as other:
        assert await calls_until_throttled(one, other) == 6
    assert (await line.control("meter"))["refused"] == 0


async def test_a_write_does_not_wait_for_the_limits_beyond_its_time(line: Line) -> None:
    line.per_minute = 2

    async with line.session(patience=150) as zoho:
        await zoho.check()
        await zoho.check()
        with pytest.raises(Throttled):
            await zoho.post("/contacts", {"contact_name": "Acme"}, by=time.monotonic() + 5)


async def test_of_zohos_hundred_some_are_left_to_others(line: Line) -> None:
    async with line.session() as zoho:
        assert await calls_until_throttled(zoho) == 90


async def test_the_places_at_once_are_shared_by_all_processes(line: Line) -> None:
    await line.control("settings", latency=0.3, limits={"concurrent": 4})

    async with line.session(patience=60) as one, line.session(patience=60) as other:
        await asyncio.gather(*(each.check() for each in (one, other) for _ in range(8)))

    meter = await line.control("meter")
    assert (meter["calls"], meter["refused"]) == (16, 0)
    assert 1 < meter["peak"] <= 4  # on a busy machine they may come too slowly for all the places


async def test_a_process_that_died_leaves_its_place_to_others(line: Line) -> None:
    await line.pool.execute(
        "INSERT INTO zoho_calls (connection_id, under_way)"
        " VALUES ($1, array_fill(now() + interval '0.3 seconds', ARRAY[4]))",
        line.connection_id,
    )

    async with line.session(patience=60) as zoho:
        await zoho.check()


async def test_a_refusal_of_zohos_keeps_every_process_waiting(line: Line) -> None:
    await line.freeze()  # or Zoho's minute might end between two calls
    await line.control("settings", limits={"minute": 1})
    async with line.session() as one, line.session() as other:
        await one.check()
        with pytest.raises(Throttled):
            await one.check()
        with pytest.raises(Throttled):
            await other.check()

    assert (await line.control("meter"))["refused"] == 1  # the second was not even sent


async def test_repair_leaves_the_days_last_calls_to_live_work(line: Line) -> None:
    await line.freeze()  # or Zoho's day might end between two calls
    await line.control("settings", limits={"day": 20})
    counts = []
    for lane in (BACKFILL, REPAIR, LIVE):
        async with line.session(lane=lane) as zoho:
            counts.append(await calls_until_throttled(zoho))

    assert counts == [14, 4, 2]
    assert (await line.control("meter"))["refused"] == 0
