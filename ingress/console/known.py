"""What both organisations have to choose from, kept for a while: each look costs calls."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar

from clients.xero.errors import XeroError
from clients.xero.facts import XeroFacts
from clients.zoho.facts import ZohoFacts
from ingress.connections.examining import ask_xero, ask_zoho
from ingress.connections.finding import Row
from ingress.connections.office import Office

T = TypeVar("T")
LIFE: Final = 600.0  # seconds
SILENT: Final = "Xero can’t be asked now: {error}"


class Seen(NamedTuple):
    """Both organisations; None where one could not be asked, and `silence` says why."""

    xero: XeroFacts | None
    zoho: ZohoFacts | None
    silence: str


class Known:
    """Facts of connections as they were read last, each side's for ten minutes."""

    def __init__(self) -> None:
        self._answers: dict[tuple[int, str], tuple[float, Any]] = {}

    async def facts(self, office: Office, row: Row, *, anew: bool = False) -> Seen:
        """Give both organisations of a connection, or the one that can be asked."""
        if anew:
            self.forget(row["id"])
        (xero, no_xero), (zoho, no_zoho) = await asyncio.gather(
            self._xero_or_why(office, row), self._kept(row, "zoho", partial(ask_zoho, office, row))
        )
        return Seen(xero, zoho, ". ".join(filter(None, (no_xero, no_zoho))))

    def forget(self, connection_id: int) -> None:
        """Read anew next time."""
        for side in ("xero", "zoho"):
            self._answers.pop((connection_id, side), None)

    async def _xero_or_why(self, office: Office, row: Row) -> tuple[XeroFacts | None, str]:
        try:
            return await self._kept(row, "xero", partial(ask_xero, office, row)), ""
        except XeroError as error:
            return None, SILENT.format(error=error)

    async def _kept(self, row: Row, side: str, ask: Callable[[], Awaitable[T]]) -> T:
        until, answer = self._answers.get((row["id"], side), (0.0, None))
        if answer is None or time.monotonic() > until:
            answer = await ask()
            self._answers[row["id"], side] = (time.monotonic() + LIFE, answer)
        said: T = answer
        return said
