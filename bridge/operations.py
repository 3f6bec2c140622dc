"""What operators ask of every process: does it live, is it ready, what do its metrics say."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

import bridge.metrics  # noqa: F401  a process shows all metrics, also those it never counts

Ready = Callable[[], Awaitable[list[str]]]
BACKLOG = 2048
CLOSE_SECONDS = 20  # for requests under way when the process is told to stop
# Longer than whoever asks keeps an idle connection (nginx and most balancers: 60 seconds). The side
# that asks has to be first, or a request meets a connection that is being closed, and is lost.
IDLE_SECONDS = 75


def routes(ready: Ready) -> list[Route]:
    """Routes for /healthz, /readyz and /metrics; `ready` lists what is missing."""

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_request: Request) -> Response:
        problems = await ready()
        status = "unready" if problems else "ready"
        code = 503 if problems else 200
        return JSONResponse({"status": status, "problems": problems}, status_code=code)

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


async def serve_operations(host: str, port: int, ready: Ready, stop: asyncio.Event) -> None:
    """Serve the operators' routes alone, for processes without a face of their own."""
    await serve(Starlette(routes=routes(ready)), host, port, stop)


async def serve(app: ASGIApp, host: str, port: int, stop: asyncio.Event, proxies: str = "") -> None:
    """Serve `app` until `stop` is set, then finish what is under way.

    `proxies` are believed when they say who the client is (X-Forwarded-For), nobody else is.

    Raises OSError when the address can't be had. Returns early when the app's lifespan fails.
    """
    server = _Guest(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies or None,
            server_header=False,
            date_header=False,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=CLOSE_SECONDS,
        )
    )
    with _listening(host, port) as listener:
        closer = asyncio.create_task(_close_on(stop, server))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            # The app's lifespan must end too: what it holds would keep the process from ending.
            server.should_exit = True
            await serving
            raise
        finally:
            closer.cancel()


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        raise OSError(error.errno, f"{host}:{port} can't be served: {error.strerror}") from error


async def _close_on(stop: asyncio.Event, server: uvicorn.Server) -> None:
    await stop.wait()
    server.should_exit = True


class _Guest(uvicorn.Server):
    """A server that leaves signals to whoever supervises the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
