"""One organisation's line to Xero: every request passes the budget and carries the grant."""

import asyncio
import math
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import httpx

from bridge import metrics, tracing
from clients.transport import LARGEST_ANSWER, NEVER_LEFT, PERHAPS_LEFT
from clients.xero.answers import Answer, read
from clients.xero.budget import Budget
from clients.xero.rights import area_of

API: Final = "/api.xro/2.0"
# Seconds. A write that is not answered within the budget is looked up, not waited for.
REQUEST_BUDGET: Final = 30.0
TIMEOUT: Final = httpx.Timeout(REQUEST_BUDGET, connect=5.0, pool=5.0)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, its organisation, and its generation (counted up at each new one)."""

    access: str
    generation: int
    tenant_id: str


@dataclass(frozen=True, slots=True)
class Request:
    """One request, path with query; `body` is sent byte for byte. `key` is the Idempotency-Key.

    `since` leaves out of a list what was not changed after it.
    """

    method: str
    path: str
    body: bytes = b""
    key: str | None = None
    since: datetime | None = None


class Session:
    """Sends requests for one connection. `label` is the connection's name, for metrics."""

    def __init__(self, client: httpx.AsyncClient, budget: Budget, label: str) -> None:
        self._client = client
        self.budget = budget
        self._label = label

    async def send(self, request: Request, token: Token, *, by: float | None = None) -> Answer:
        """Send one request; the caller holds a place in the budget.

        `by`, on the monotonic clock: later than this, or when the budget is closed by then, it is
        held back. A process may have been frozen since it was allowed to send. Never raises for
        what the network or Xero does, and is over within REQUEST_BUDGET seconds.
        """
        if by is not None and (time.monotonic() > by or self.budget.closed):
            return Answer(None, text="held back, to be sent anew", failure="held")
        self.budget.spend()
        endpoint = area_of(request.path)
        with tracing.span(
            f"{request.method} {endpoint}", kind="CLIENT", http__request__method=request.method
        ):
            with metrics.XERO_REQUEST_SECONDS.labels(endpoint).time():
                answer = await self._exchange(request, token)
            tracing.note(http__response__status_code=answer.status or 0)
        self._measure(request, answer)
        return answer

    async def follow(self, request: Request, token: Token) -> Answer:
        """Ask what an answer makes necessary, once the minute has a call for it.

        Held back where Xero has told us to wait. The caller holds a place, by which one call was
        allowed, and not those that follow from it.
        """
        while not self.budget.throttle.seconds and (wait := self.budget.wait()) > 0:  # noqa: ASYNC110  only time frees a call
            await asyncio.sleep(wait)
        return await self.send(request, token, by=math.inf)

    async def get(self, path: str, token: Token, *, since: datetime | None = None) -> Answer:
        """Read from Xero, waiting for a place in the budget; a read is never ambiguous."""
        async with self.budget.place():
            return await self.send(Request("GET", path, since=since), token)

    async def _exchange(self, request: Request, token: Token) -> Answer:
        try:
            async with asyncio.timeout(REQUEST_BUDGET):
                response = await self._client.request(
                    request.method,
                    API + request.path,
                    content=request.body or None,
                    headers=_headers(request, token),
                )
        except NEVER_LEFT as error:
            return Answer(None, text=_say(error), failure="never_left")
        except PERHAPS_LEFT as error:
            return Answer(None, text=_say(error), failure="lost")
        return read(response.status_code, response.headers, response.content[:LARGEST_ANSWER])

    def _measure(self, request: Request, answer: Answer) -> None:
        status = str(answer.status or answer.failure)
        metrics.XERO_REQUESTS.labels(
            self._label, request.method, area_of(request.path), status
        ).inc()
        if pause := self.budget.heed(answer):
            metrics.XERO_THROTTLED_SECONDS.labels(self._label).inc(pause)
        left = {"minute": self.budget.per_minute - self.budget.minute_calls}
        if self.budget.day.left is not None:
            left["day"] = self.budget.day.left
            metrics.XERO_CALLS_RESERVED.labels(self._label).set(self.budget.day.reserve)
        for window, calls in left.items():
            metrics.XERO_CALLS_LEFT.labels(self._label, window).set(calls)


def open_client(api_url: str) -> httpx.AsyncClient:
    """Open the HTTP client for Xero's API: fixed host, no redirects, verified TLS."""
    limits = httpx.Limits(max_connections=50, max_keepalive_connections=20)
    return httpx.AsyncClient(
        base_url=api_url, timeout=TIMEOUT, follow_redirects=False, limits=limits, trust_env=False
    )


def _headers(request: Request, token: Token) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {token.access}", "Accept": "application/json"}
    if token.tenant_id:
        headers["xero-tenant-id"] = token.tenant_id
    if request.body:
        headers["Content-Type"] = "application/json"
    if request.key:
        headers["Idempotency-Key"] = request.key
    if request.since:
        headers["If-Modified-Since"] = f"{request.since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"
    return headers


def _say(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
