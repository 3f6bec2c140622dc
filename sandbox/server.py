"""Serves an application on 127.0.0.1, in the event loop that is running."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

CUT = "sandbox.cut"


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which also lets a request cut its own connection (an ASGI extension)."""

    def on_message_begin(self) -> None:
        """Offer the cut in the scope of each request."""
        super().on_message_begin()
        self.scope["extensions"] = {CUT: {"abort": self.transport.abort}}


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=CuttableProtocol,
        log_config=None,  # in the bridge's own process its logs keep their form
        log_level="warning",
        access_log=False,
        timeout_keep_alive=75,  # not what httpx keeps one: both at once lose a request now and then
        timeout_graceful_shutdown=2,
    )


def _listening(host: str, port: int) -> socket.socket:
    # Named TCP, or asyncio would leave Nagle's algorithm on: 40 ms an answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(512)
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"


async def serve(
    app: ASGIApp, host: str, port: int, ready: Callable[[str], None] | None = None
) -> None:
    """Serve until a signal ends it; `ready` is called with the base URL once it listens."""
    listener = _listening(host, port)
    if ready:
        ready(_address(listener))
    await uvicorn.Server(_config(app)).serve(sockets=[listener])


@asynccontextmanager
async def running(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """Serve on 127.0.0.1 while the block runs, on a free port when 0; yields the base URL.

    It leaves the process's signals alone and ends without uvicorn's pauses: tests start many.
    """
    listener, config, state = _listening("127.0.0.1", port), _config(app), ServerState()
    config.load()
    protocol = partial(CuttableProtocol, config=config, server_state=state, app_state={})
    server = await asyncio.get_running_loop().create_server(protocol, sock=listener)
    try:
        yield _address(listener)
    finally:
        server.close()
        await _leave(state)


async def _leave(state: ServerState) -> None:
    """Let the requests at work finish, for two seconds at most, and close their connections."""
    for connection in list(state.connections):
        connection.shutdown()
    if state.tasks:
        _, late = await asyncio.wait(set(state.tasks), timeout=2)
        for task in late:
            task.cancel()
    await asyncio.sleep(0)  # the transports close in the loop's next turn
