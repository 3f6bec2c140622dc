"""What production's HTTP clients speak through."""

import asyncio
from typing import Final, Protocol

import httpx

from tests.simulation.chance import Chance
from tests.simulation.loop import PROC, Killed, Proc

PATIENCE: Final = 30.0  # seconds, the client's own


class Far(Protocol):
    """A server at the wire's other end."""

    chance: Chance

    def receive(self, request: httpx.Request, proc: Proc) -> "asyncio.Future[httpx.Response]":
        """Take a request; gives the promise of its answer."""
        ...


class Wire(httpx.AsyncBaseTransport):
    """What production's HTTP client speaks through."""

    def __init__(self, far: Far) -> None:
        self._far = far

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and wait for the answer as long as the client would."""
        proc = PROC.get()
        assert proc is not None
        if proc.buried:
            raise Killed
        chance = self._far.chance
        if blow := chance.blow(proc):
            await chance.strike(blow, proc, "http", "before")
        promise = self._far.receive(request, proc)
        try:
            async with asyncio.timeout(PATIENCE):
                response = await promise
        except TimeoutError:
            raise httpx.ReadTimeout("no answer") from None
        if blow := chance.blow(proc, tires=True):
            await chance.strike(blow, proc, "http", "after")
        if proc.buried:
            raise Killed
        return response
