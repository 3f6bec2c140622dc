"""What production's HTTP clients speak through."""

import asyncio
from typing import Final

import httpx

from tests.simulation.loop import PROC, Killed
from tests.simulation.xero.server import Xero

PATIENCE: Final = 30.0  # seconds, the client's own


class Wire(httpx.AsyncBaseTransport):
    """What production's HTTP client speaks through."""

    def __init__(self, xero: Xero) -> None:
        self._xero = xero

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and wait for the answer as long as the client would."""
        proc = PROC.get()
        assert proc is not None
        if proc.buried:
            raise Killed
        chance = self._xero.chance
        if blow := chance.blow(proc):
            await chance.strike(blow, proc, "http", "before")
        promise = self._xero.receive(request, proc)
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
