"""The small Xero behind HTTP: tokens, limits, idempotency keys, and fates of requests.

Whatever happens to the client, what has left it happens here: requests are tasks of the world's.
"""

import asyncio
import hashlib
import json
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from tests.simulation.chance import Chance
from tests.simulation.loop import Proc
from tests.simulation.promises import end_loudly, fail
from tests.simulation.xero.books import Books
from tests.simulation.xero.desk import Answer, encode, serve
from tests.simulation.xero.limits import Meter
from tests.simulation.xero.tokens import Identity

Told = tuple[int, Any, dict[str, str]]  # status, content, headers
API: Final = "/api.xro/2.0"
CONFLICT: Final = "is used with a different request."


@dataclass(eq=False)
class Kept:
    """What is known under an idempotency key."""

    mark: str
    at: float
    answer: "asyncio.Future[Answer]"


@dataclass(eq=False)
class Xero:
    """One Xero for a schedule. `late` is L: the longest time until a request takes effect.

    `owners` are the apps' names, and the organisation of each; by default each its own.
    """

    chance: Chance
    loop: asyncio.AbstractEventLoop
    late: float
    key_life: float
    tenants: tuple[str, ...]
    owners: dict[str, str] = field(default_factory=dict)
    books: dict[str, Books] = field(default_factory=dict)
    meters: dict[str, Meter] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)
    _keys: dict[tuple[str, str], Kept] = field(default_factory=dict)

    def __post_init__(self) -> None:
        owners = self.owners or {tenant: tenant for tenant in self.tenants}
        self.identity = Identity(self.chance, self.loop, {owner: [0.0] for owner in owners}, owners)
        for number, tenant in enumerate(self.tenants, start=1):
            self.books[tenant] = Books(number)
            self.meters[tenant] = Meter()

    # -- the way of a request -----------------------------------------------------------------

    def receive(self, request: httpx.Request, proc: Proc) -> "asyncio.Future[httpx.Response]":
        """Take a request that has left a process; gives the promise of its answer."""
        promise: asyncio.Future[httpx.Response] = self.loop.create_future()
        come = self._arrive if request.url.path.startswith(API) else self.identity.answer
        task = self.loop.create_task(come(request, proc, promise), context=Context())
        task.add_done_callback(lambda done: end_loudly(done, promise))
        return promise

    async def _arrive(
        self, request: httpx.Request, proc: Proc, promise: "asyncio.Future[httpx.Response]"
    ) -> None:
        entry = self._enter(request, proc)
        reads = request.method == "GET"
        fate = entry["fate"] = self.chance.fate()
        if reads and fate not in ("refused", "lost_before", "garbled", "429_minute", "503_none"):
            fate = "answered"
        way = self.chance.way()
        if fate == "late_arrival":
            way = self.chance._fates.uniform(0.2, 0.95) * self.late
        if fate in ("refused", "lost_before"):
            error = httpx.ConnectError if fate == "refused" else httpx.ReadError
            self.log.remove(entry)
            await asyncio.sleep(way)
            fail(promise, error("the line was cut"))
            return
        await asyncio.sleep(way)
        entry["arrived"] = self.loop.time()
        status, content, headers = await self._answer(request, entry, fate)
        await asyncio.sleep(self.chance.way())
        entry["status"] = status
        if fate in ("lost_after", "partial"):
            fail(promise, httpx.ReadError("the line was cut"))
        elif not promise.done():
            entry["answered"] = self.loop.time()
            raw = b"<html>Bad gateway</html>" if fate == "garbled" else _raw(content)
            promise.set_result(httpx.Response(status, headers=headers, content=raw))

    def _enter(self, request: httpx.Request, proc: Proc) -> dict[str, Any]:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        entry = {
            "sent": self.loop.time(),
            "arrived": None,
            "method": request.method,
            "path": request.url.path.removeprefix(API),
            "query": request.url.query.decode(),
            "tenant": request.headers.get("xero-tenant-id", ""),
            "key": request.headers.get("idempotency-key"),
            "hash": hashlib.sha256(request.content).hexdigest(),
            "token": self.identity.tokens[token].number if token in self.identity.tokens else None,
            "_token": token,
            "proc": proc.name,
            "status": None,
            "answered": None,
            "effects": [],
        }
        self.log.append(entry)
        return entry

    async def _answer(self, request: httpx.Request, entry: dict[str, Any], fate: str) -> Told:
        now = self.loop.time()
        if refusal := self._not_let_in(entry, now):
            return refusal
        if fate == "503_none":
            return 503, "<html>Unavailable</html>", {}
        if fate.startswith("429"):
            problem = fate.partition("_")[2]
            return _too_many(problem, {"minute": 20, "day": 300}.get(problem), entry)
        meter = self.meters[entry["tenant"]]
        problem, wait = meter.problem(now)
        if problem:
            status, content, headers = _too_many(problem, wait, entry)
            return status, content, {**meter.headers(now), **headers}
        meter.take()
        left = meter.headers(now)
        meter.in_flight += 1
        try:
            status, content = await self._once(request, entry, fate)
        finally:
            meter.in_flight -= 1
        if fate == "503_done":
            return 503, "<html>Unavailable</html>", {}
        return status, content, left

    def _not_let_in(self, entry: dict[str, Any], now: float) -> Told | None:
        token = self.identity.tokens.get(entry["_token"])
        if token is None or token.until <= now:
            detail = "AuthenticationUnsuccessful" if token is None else "TokenExpired"
            return 401, {"Type": None, "Title": "Unauthorized", "Status": 401, "Detail": detail}, {}
        if token.tenant != entry["tenant"]:
            detail = "AuthenticationUnsuccessful"
            return 403, {"Title": "Forbidden", "Status": 403, "Detail": detail}, {}
        return None

    # -- idempotency --------------------------------------------------------------------------

    async def _once(self, request: httpx.Request, entry: dict[str, Any], fate: str) -> Answer:
        key = entry["key"]
        if key is None or request.method in ("GET", "DELETE"):
            return await self._do(request, entry, fate)
        scope = entry["_token"] if self.chance.profile.scope == "token" else "app"
        mark = (
            f"{entry['method']} {entry['path']} {entry['query']} {entry['tenant']} {entry['hash']}"
        )
        kept, now = self._keys.get((scope, key)), self.loop.time()
        if kept is not None and now - kept.at < self.key_life:
            self.chance.count("xero.key_met_again")
            if kept.mark != mark:
                said = f"Idempotency Key: {key} {CONFLICT}"
                return 400, {
                    "Title": "Bad Request",
                    "Status": 400,
                    "Detail": said,
                    "Message": said,
                }
            return await asyncio.shield(kept.answer)
        kept = self._keys[scope, key] = Kept(mark, now, self.loop.create_future())
        answer = await self._do(request, entry, fate)
        kept.answer.set_result(answer)
        return answer

    async def _do(self, request: httpx.Request, entry: dict[str, Any], fate: str) -> Answer:
        if fate == "late_effect":
            left = entry["sent"] + self.late - self.loop.time()
            await asyncio.sleep(max(0.0, self.chance._fates.uniform(0.3, 0.97) * left))
        if fate == "500_none":
            return 500, {"Message": "An error occurred in Xero."}
        answer = self._apply(request, entry, 1 if fate == "partial" else 10**6)
        if fate in ("500_done", "partial"):
            return 500, {"Message": "An error occurred in Xero."}
        return answer

    def _apply(self, request: httpx.Request, entry: dict[str, Any], most: int) -> Answer:
        books = self.books[entry["tenant"]]
        books.effects = []
        path = request.url.path.removeprefix(API)
        answer = serve(books, request.method, path, entry["query"], request.content, most)
        entry["decided"] = self.loop.time()
        entry["effects"] = [
            {"op": e.op, "plural": e.plural, "id": e.id, "marker": e.marker, "total": e.total}
            for e in books.effects
        ]
        status, content = answer
        if isinstance(content, dict) and self.chance._fates.random() < 0.3:
            # The order of an answer's elements is Xero's own affair.
            answer = (
                status,
                {
                    name: value[::-1] if isinstance(value, list) else value
                    for name, value in content.items()
                },
            )
        return answer


def _too_many(problem: str, wait: int | None, entry: dict[str, Any]) -> Told:
    retry = {} if wait is None else {"Retry-After": str(wait)}
    entry["retry_after"] = wait
    said = f"The {problem} rate limit has been exceeded"
    return 429, said, {"X-Rate-Limit-Problem": problem, **retry}


def _raw(content: Any) -> bytes:
    if content is None:
        return b""
    return content.encode() if isinstance(content, str) else encode(content)


def read_log(xero: Xero) -> list[dict[str, Any]]:
    """The truth about every request, as the checker reads it."""
    hidden = ("_token",)
    entries = [{n: v for n, v in entry.items() if n not in hidden} for entry in xero.log]
    log: list[dict[str, Any]] = json.loads(json.dumps(entries, default=str))
    return log
