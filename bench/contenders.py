"""The two servers that are compared: `python -m bench.contenders ours|bare PORT`."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import asyncpg
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bridge import logs, rabbit
from bridge.crypto import Vault, parse_keys
from bridge.operations import serve
from bridge.postgres import create_pool
from bridge.settings import read_settings
from bridge.supervise import supervise
from ingress.app import build_app
from schemas.words import ENTITIES

POOL = 10


async def ours(port: int) -> None:
    """Serve the ingress with everything on: signature, repeats, knocks, metrics, logs."""
    settings = read_settings(os.environ)
    logs.configure("json", "info")
    key = os.environ["BRIDGE_SECRET_KEY"]
    bus = await rabbit.connect(os.environ["AMQP_URL"], ENTITIES)
    async with await create_pool(os.environ["DATABASE_URL"], size=POOL) as pool:
        app = build_app(pool=pool, bus=bus, vault=Vault(parse_keys(key)), settings=settings)
        await supervise(partial(serve, app, "127.0.0.1", port))


async def bare(port: int) -> None:
    """Serve the bare handler."""
    await supervise(partial(serve, bare_app(), "127.0.0.1", port))


def bare_app() -> Starlette:
    """Make the least that keeps a webhook: one INSERT for a request, nothing judged."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(
            os.environ["DATABASE_URL"], min_size=POOL, max_size=POOL
        ) as pool:
            app.state.pool = pool
            yield

    async def keep(request: Request) -> JSONResponse:
        body = await request.body()
        number = await request.app.state.pool.fetchval(
            "INSERT INTO bare (body) VALUES ($1) RETURNING id", body
        )
        return JSONResponse({"status": "accepted", "event": number}, status_code=202)

    path = "/webhooks/zoho/{endpoint}/{module}/{trigger}"
    return Starlette(routes=[Route(path, keep, methods=["POST"])], lifespan=lifespan)


def main() -> None:
    """Serve until told to stop."""
    kind, port = sys.argv[1], int(sys.argv[2])
    uvloop.run(ours(port) if kind == "ours" else bare(port))


if __name__ == "__main__":
    main()
