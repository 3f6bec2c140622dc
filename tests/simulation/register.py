"""A small Zoho as its API is reached: tokens, limits, and all that may befall a request."""

import asyncio
import json
from contextvars import Context
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl

import httpx

from tests.simulation.chance import Chance
from tests.simulation.contact_desk import ROOT, Answer, Desk, Fields
from tests.simulation.loop import Proc
from tests.simulation.promises import end_loudly, fail

TOKEN_LIFE: Final = 3600
UNAUTHORISED: Final = (401, {"code": 57, "message": "You are not authorized to perform this."})
FAILED: Final = (500, {"code": 1000, "message": "An internal error occurred."})
# What is refused without being looked at: Zoho's code for each limit, and the seconds it asks for.
LIMITS: Final = {
    "429_minute": (44, {"Retry-After": "20"}),
    "429_day": (45, {"x-rate-limit-reset": "300"}),
    "429_concurrent": (1070, {}),
}
LOST: Final = ("lost_after", "partial")


@dataclass(eq=False)
class Register:
    """One organisation's API. `late` is L, as Xero's."""

    chance: Chance
    loop: asyncio.AbstractEventLoop
    late: float
    desk: Desk
    log: list[Fields] = field(default_factory=list)
    logins: list[Fields] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Whose it is."""
        return self.desk.number

    @property
    def contacts(self) -> dict[str, Fields]:
        """What the organisation holds."""
        return self.desk.contacts

    def __post_init__(self) -> None:
        self._fates = self.chance.fork(f"register {self.number}")

    # -- the way of a request -----------------------------------------------------------------

    def receive(self, request: httpx.Request, proc: Proc) -> "asyncio.Future[httpx.Response]":
        """Take a request that has left a process; gives the promise of its answer."""
        promise: asyncio.Future[httpx.Response] = self.loop.create_future()
        come = self._arrive if request.url.path.startswith(ROOT) else self._log_in
        task = self.loop.create_task(come(request, proc, promise), context=Context())
        task.add_done_callback(lambda done: end_loudly(done, promise))
        return promise

    async def _arrive(self, request: httpx.Request, proc: Proc, promise: Any) -> None:
        entry = self._enter(request, proc)
        fate = entry["fate"] = self.chance.fate(self._fates, "zoho_api")
        way = self.chance.way()
        if fate == "late_arrival" and request.method != "GET":
            way = self._fates.uniform(0.2, 0.95) * self.late
        if fate in ("refused", "lost_before"):
            self.log.remove(entry)
            await asyncio.sleep(way)
            error = httpx.ConnectError if fate == "refused" else httpx.ReadError
            fail(promise, error("the line was cut"))
            return
        await asyncio.sleep(way)
        entry["arrived"] = self.loop.time()
        status, content, headers = await self._answer(request, entry, fate)
        await asyncio.sleep(self.chance.way())
        entry["status"] = status
        if fate in LOST:
            fail(promise, httpx.ReadError("the line was cut"))
        elif not promise.done():
            entry["answered"] = self.loop.time()
            raw = b"<html>Bad gateway</html>" if fate == "garbled" else json.dumps(content).encode()
            promise.set_result(httpx.Response(status, headers=headers, content=raw))

    def _enter(self, request: httpx.Request, proc: Proc) -> Fields:
        content = json.loads(request.content) if request.content else None
        written = json.dumps(content, ensure_ascii=False).encode()
        entry = {
            "system": "zoho",
            "sent": self.loop.time(),
            "arrived": None,
            "method": request.method,
            "path": request.url.path.removeprefix(ROOT),
            "query": request.url.query.decode(),
            "tenant": f"Z{self.number}",
            "key": None,
            "hash": sha256(written).hexdigest(),
            "token": None,
            "proc": proc.name,
            "status": None,
            "answered": None,
            "effects": [],
        }
        self.log.append(entry)
        return entry

    async def _answer(
        self, request: httpx.Request, entry: Fields, fate: str
    ) -> tuple[int, Fields, dict[str, str]]:
        token = request.headers.get("authorization", "").removeprefix("Zoho-oauthtoken ")
        if self.tokens.get(token, 0.0) <= self.loop.time():
            return *UNAUTHORISED, {}
        if fate in LIMITS:
            code, headers = LIMITS[fate]
            return 429, {"code": code, "message": "The limit is exceeded."}, headers
        if fate.endswith("_none"):
            return *FAILED, {}
        if fate == "late_effect" and request.method != "GET":
            left = entry["sent"] + self.late - self.loop.time()
            await asyncio.sleep(max(0.0, self._fates.uniform(0.3, 0.97) * left))
        status, content = self._do(request, entry)
        return (*FAILED, {}) if fate.endswith("_done") else (status, content, {})

    def _do(self, request: httpx.Request, entry: Fields) -> Answer:
        self.desk.effects = []
        answer = self.desk.serve(request)
        entry["decided"] = self.loop.time()
        entry["effects"] = self.desk.effects
        return answer

    # -- tokens -------------------------------------------------------------------------------

    async def _log_in(self, request: httpx.Request, proc: Proc, promise: Any) -> None:
        entry = {"proc": proc.name, "sent": self.loop.time(), "answered": None}
        self.logins.append(entry)
        fate = self.chance.fate(self._fates, "zoho_login")
        await asyncio.sleep(self.chance.way())
        token = f"zoho-{self.number}-{len(self.tokens) + 1}"
        self.tokens[token] = self.loop.time() + TOKEN_LIFE
        await asyncio.sleep(self.chance.way())
        if fate.startswith("lost") or fate == "refused":
            fail(promise, httpx.ReadError("the line was cut"))
        elif not promise.done():
            entry["answered"] = self.loop.time()
            given = {"access_token": token, "expires_in": TOKEN_LIFE, "token_type": "Bearer"}
            promise.set_result(httpx.Response(200, json=given))

    def revoke_all(self) -> None:
        """Let every access token die before its time."""
        self.tokens = dict.fromkeys(self.tokens, self.loop.time())


@dataclass
class Switchboard:
    """All organisations' registers behind one address: a token says whose a request is."""

    chance: Chance
    registers: list[Register]

    def receive(self, request: httpx.Request, proc: Proc) -> "asyncio.Future[httpx.Response]":
        """Pass a request on."""
        form = dict(parse_qsl(request.content.decode())) if b"refresh" in request.content else {}
        token = form.get("refresh_token") or request.headers.get("authorization", "")
        number = token.removeprefix("Zoho-oauthtoken ").split("-")[1]
        return self.registers[int(number) - 1].receive(request, proc)
