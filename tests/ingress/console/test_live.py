"""Pages stay current by themselves: told of a change, and of nothing once the session is over."""

import asyncio
from collections.abc import AsyncIterator

import httpx

from tests.ingress.conftest import Door, invoice
from tests.ingress.console.visits import signed_in

LIVE = "/connections/acme/live"


async def until(lines: AsyncIterator[str], wanted: str) -> None:
    async with asyncio.timeout(60):
        async for line in lines:
            if line.startswith(wanted):
                return
    raise AssertionError(f"the stream ended before {wanted}")


async def test_an_open_page_is_told_when_something_changes(door: Door) -> None:
    async with signed_in(door, "viewer") as person, person.client.stream("GET", LIVE) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.aiter_lines()
        await until(lines, ": here")

        await door.post(invoice())

        await until(lines, "event: changed")


async def test_the_stream_ends_with_the_session(door: Door) -> None:
    async with signed_in(door, "viewer") as person, person.client.stream("GET", LIVE) as stream:
        lines = stream.aiter_lines()
        await until(lines, ": here")

        await door.pool.execute("DELETE FROM sessions")

        async with asyncio.timeout(60):
            rest = [line async for line in lines]
    assert "event: changed" not in rest


async def test_nobody_listens_without_a_session(door: Door) -> None:
    answer: httpx.Response = await door.client.get(LIVE)

    assert answer.status_code == 303
