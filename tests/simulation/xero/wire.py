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
        await chance.before(proc, "http", "send", _no_line)
        promise = self._xero.receive(request, proc)
        try:
            async with asyncio.timeout(PATIENCE):
                response = await promise
        except TimeoutError:
            raise httpx.ReadTimeout("no answer") from None
        await chance.after(proc, "http", "send", _no_line)
        if proc.buried:
            raise Killed
        return response


def _no_line() -> None:
    """Cuts of HTTP are fates of requests."""
