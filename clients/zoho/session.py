"""One organisation's line to Zoho: every request passes the budget and carries the grant."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

import httpx

from bridge import metrics
from bridge.parts import Parts
from bridge.queries import load
from clients.transport import LARGEST_ANSWER, NEVER_LEFT, PERHAPS_LEFT
from clients.zoho.answers import Answer, error_of, read
from clients.zoho.budget import REPAIR, Budget, Lane
from clients.zoho.centres import centre_of
from clients.zoho.errors import Unavailable
from clients.zoho.grants import Grant

QUERIES = load(__file__, "session.sql")
Product = Literal["inventory", "books"]
ROOTS: Final[Mapping[Product, str]] = {"inventory": "/inventory/v1", "books": "/books/v3"}
# Seconds. A place in the budget is held longer than any request takes.
REQUEST_BUDGET: Final = 30.0
TIMEOUT: Final = httpx.Timeout(REQUEST_BUDGET, connect=5.0, pool=10.0)
PATIENCE: Final = 150.0  # seconds that a call may wait for the limits
READS: Final = 2  # times that a read is sent when the line breaks
BREATH: Final = 0.5  # seconds between them
Params = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `path` is without the API's root, `body` what becomes JSON.

    `by`, on the monotonic clock: later than this it is held back.
    """

    method: str
    path: str
    params: Params | None = None
    body: Any = None
    product: Product = "inventory"
    by: float = math.inf

    @property
    def endpoint(self) -> str:
        """The first part of the path, for metrics."""
        return self.path.split("/")[1]


class ZohoSession:
    """Asks Zoho for one connection. `label` is its name, for metrics.

    Every call raises clients.zoho.errors.ZohoError for whatever is not a yes. Paths are those of
    the API without its root, `/invoices/460…`. A read whose line broke is sent once more, a write
    never: Unavailable tells by `lost` whether it may have taken effect. A write leaves `by` a
    moment on the monotonic clock or not at all: who asks may have been frozen, or the limits may
    make it wait, for longer than the right to write lasts. `calls` counts them all.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        grant: Grant,
        budget: Budget,
        organization_id: str,
        label: str,
    ) -> None:
        self._client = client
        self._grant = grant
        self._budget = budget
        self.organization_id = organization_id
        self._label = label
        self.calls = 0

    async def get(
        self, path: str, params: Params | None = None, *, product: Product = "inventory"
    ) -> dict[str, Any]:
        """Read; returns the body, money as Decimal."""
        return (await self.read(path, params, product=product)).body

    async def read(
        self, path: str, params: Params | None = None, *, product: Product = "inventory"
    ) -> Answer:
        """Read; returns the answer with its raw bytes."""
        request = Request("GET", path, params, product=product)
        for _ in range(READS - 1):
            try:
                return await self._ask(request)
            except Unavailable as error:
                if not error.lost:
                    raise
                await asyncio.sleep(BREATH)
        return await self._ask(request)

    async def post(
        self, path: str, body: Any = None, *, product: Product = "inventory", by: float = math.inf
    ) -> dict[str, Any]:
        """Create, or act on, something; returns the body."""
        request = Request("POST", path, body=body, product=product, by=by)
        return (await self._ask(request)).body

    async def put(self, path: str, body: Any, *, by: float = math.inf) -> dict[str, Any]:
        """Change something; returns the body."""
        return (await self._ask(Request("PUT", path, body=body, by=by))).body

    async def check(self) -> None:
        """Ask whether the grant lives and covers the organisation; one call."""
        await self.get("/contacts", {"per_page": 1})

    async def _ask(self, request: Request) -> Answer:
        """Ask, and once more where a limit or a dead token kept Zoho from looking at it."""
        token = await self._grant.token()
        answer, seconds = await self._send(request, token.access)
        if answer.is_throttled:
            # The budget knows now, for all processes, and waits as long as the patience allows.
            answer, seconds = await self._send(request, token.access)
        if answer.is_unauthorised and not await self._lives(token.access):
            token = await self._grant.token(newer_than=token.generation)
            answer, seconds = await self._send(request, token.access)
        if not answer.is_yes:
            raise error_of(answer, seconds)
        return answer

    async def _lives(self, access: str) -> bool:
        """Ask by the one call that needs no organisation: code 57 alone says nothing of a token."""
        answer, _ = await self._send(Request("GET", "/organizations"), access)
        return answer.is_yes

    async def _send(self, request: Request, access: str) -> tuple[Answer, float]:
        async with self._budget.place(request.by) as call:
            if time.monotonic() > request.by:
                raise Unavailable("held back, to be sent anew")
            with metrics.ZOHO_REQUEST_SECONDS.labels(request.endpoint).time():
                try:
                    answer = await self._exchange(request, access)
                except Unavailable as error:
                    self._count(request, "lost" if error.lost else "never_left")
                    raise
            self._count(request, str(answer.status))
            pause = call.heed(answer.status, answer.code, answer.headers)
            if pause:
                metrics.ZOHO_THROTTLED_SECONDS.labels(self._label).inc(pause)
            if (left := call.learnt["day_left"]) is not None:
                metrics.ZOHO_CALLS_LEFT.labels(self._label, "day").set(left)
        return answer, pause

    async def _exchange(self, request: Request, access: str) -> Answer:
        try:
            async with asyncio.timeout(REQUEST_BUDGET):
                response = await self._client.request(
                    request.method,
                    ROOTS[request.product] + request.path,
                    params={**(request.params or {}), "organization_id": self.organization_id},
                    json=request.body,
                    headers={"Authorization": f"Zoho-oauthtoken {access}"},
                )
        except NEVER_LEFT as error:
            raise Unavailable(f"Zoho can't be reached: {type(error).__name__}") from error
        except PERHAPS_LEFT as error:
            raise Unavailable(f"Zoho does not answer: {type(error).__name__}", lost=True) from error
        if len(response.content) > LARGEST_ANSWER:
            raise Unavailable(f"Zoho's answer has {len(response.content)} bytes")
        return read(response)

    def _count(self, request: Request, status: str) -> None:
        self.calls += 1
        metrics.ZOHO_REQUESTS.labels(self._label, request.method, request.endpoint, status).inc()


@asynccontextmanager
async def opened(
    parts: Parts,
    connection_id: int,
    *,
    lane: Lane = REPAIR,
    patience: float = PATIENCE,
) -> AsyncIterator[ZohoSession]:
    """Open a connection's session. `patience`: seconds that a call may wait for the limits.

    Raises LookupError when there is no such connection. That it has no credentials shows at the
    first call, as NotConnected.
    """
    pool, settings = parts.pool, parts.settings
    row = await QUERIES.find(pool, connection_id=connection_id)
    if row is None:
        raise LookupError(f"there is no connection {connection_id}")
    centre = centre_of(settings, row["data_centre"])
    async with open_client(centre.api_url) as client:
        yield ZohoSession(
            client,
            Grant(parts, connection_id),
            Budget(pool, connection_id, settings.zoho_calls_per_minute, lane, patience),
            row["organization_id"],
            row["name"],
        )


def open_client(api_url: str) -> httpx.AsyncClient:
    """Open the HTTP client for Zoho's API: fixed host, no redirects, verified TLS."""
    return httpx.AsyncClient(
        base_url=api_url, timeout=TIMEOUT, follow_redirects=False, trust_env=False
    )
