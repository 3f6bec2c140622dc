"""Operators can ask a process, over HTTP, whether it lives, is ready, and what it counts."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bridge.operations import serve, serve_operations
from bridge.ports import free_port


@pytest.fixture
def missing() -> list[str]:
    return []


@pytest.fixture
async def client(missing: list[str]) -> AsyncIterator[httpx.AsyncClient]:
    async def ready() -> list[str]:
        return missing

    stop, port = asyncio.Event(), free_port()
    serving = asyncio.create_task(serve_operations("127.0.0.1", port, ready, stop))
    transport = httpx.AsyncHTTPTransport(retries=5)
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", transport=transport, trust_env=False, timeout=60
    ) as opened:
        yield opened
    stop.set()
    await serving


async def test_a_process_that_answers_lives(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).status_code == 200


async def test_a_process_is_ready_when_nothing_is_missing(
    client: httpx.AsyncClient, missing: list[str]
) -> None:
    assert (await client.get("/readyz")).json() == {"status": "ready", "problems": []}

    missing.append("PostgreSQL does not answer")
    answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["problems"] == ["PostgreSQL does not answer"]


async def test_metrics_start_with_our_name(client: httpx.AsyncClient) -> None:
    assert "bridge_accept_seconds_bucket" in (await client.get("/metrics")).text


async def test_an_address_that_is_taken_is_an_error() -> None:
    async def ready() -> list[str]:
        return []

    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as other:
        port = other.sockets[0].getsockname()[1]

        with pytest.raises(OSError, match="use"):
            await serve_operations("127.0.0.1", port, ready, asyncio.Event())


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [
        ("", "127.0.0.1"),
        ("10.0.0.0/8", "127.0.0.1"),
        # A forged address stands before the one that the last proxy wrote.
        ("127.0.0.0/8", "203.0.113.9"),
    ],
)
async def test_only_a_named_proxy_is_believed_when_it_says_who_comes(
    proxies: str, seen: str
) -> None:
    async def who(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.client.host if request.client else "")

    stop, port = asyncio.Event(), free_port()
    app = Starlette(routes=[Route("/", who)])
    serving = asyncio.create_task(serve(app, "127.0.0.1", port, stop, proxies))
    transport = httpx.AsyncHTTPTransport(retries=5)
    headers = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9, 127.0.0.2"}
    async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=60) as client:
        answer = await client.get(f"http://127.0.0.1:{port}/", headers=headers)
    stop.set()
    await serving

    assert answer.text == seen


async def test_a_line_that_rested_longer_than_a_proxy_lets_it_is_still_there(
    client: httpx.AsyncClient,
) -> None:
    port = client.base_url.port
    await client.get("/healthz")  # it listens
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = b"GET /healthz HTTP/1.1\r\nHost: bridge\r\n\r\n"
    for pause in (5.5, 0):  # an idle httpx client and an idle server part after five seconds
        writer.write(request)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        await reader.readuntil(b'"ok"}')
        await asyncio.sleep(pause)
    writer.close()
