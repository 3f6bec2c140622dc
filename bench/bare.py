"""The least that keeps a webhook, to compare with: `python -m bench.bare PORT`."""

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

from bridge.operations import serve
from bridge.supervise import supervise

POOL = 10
PATH = "/webhooks/zoho/{endpoint}/{module}/{trigger}"
INSERT = "INSERT INTO bare (body) VALUES ($1) RETURNING id"


def build_app() -> Starlette:
    """Make an application that does one INSERT for a request, and judges nothing."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        url = os.environ["DATABASE_URL"]
        async with asyncpg.create_pool(url, min_size=POOL, max_size=POOL) as pool:
            app.state.pool = pool
            yield

    async def keep(request: Request) -> JSONResponse:
        number = await request.app.state.pool.fetchval(INSERT, await request.body())
        return JSONResponse({"status": "accepted", "event": number}, status_code=202)

    return Starlette(routes=[Route(PATH, keep, methods=["POST"])], lifespan=lifespan)


if __name__ == "__main__":
    uvloop.run(supervise(partial(serve, build_app(), "127.0.0.1", int(sys.argv[1]))))
