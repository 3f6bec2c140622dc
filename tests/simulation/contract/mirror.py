"""Asks the sandbox over HTTP what a small Xero was asked, in its order, on its clock, and compares.

What went wrong with a request there goes wrong with it here: the sandbox is told so beforehand.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import httpx

from sandbox.app import build_app
from sandbox.clock import Clock
from sandbox.server import running
from sandbox.xero.faults import Fault
from sandbox.xero.grants import SCOPES, App, Consent
from sandbox.xero.state import XeroState
from tests.simulation.contract.comparing import Pairs, differences
from tests.simulation.contract.recording import Asked, Recording
from tests.simulation.store.engine import EPOCH, moment
from tests.simulation.xero.server import API

# What the sandbox is told to do, by what the schedule had in mind. What is cut or garbled on its
# way back has Xero's own answer all the same: that is compared, not the line.
FAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "429_minute": {"status": 429, "problem": "minute", "retry_after": 20},
    "429_day": {"status": 429, "problem": "day", "retry_after": 300},
    "429_concurrent": {"status": 429, "problem": "concurrent"},
    "500_none": {"status": 500},
    "500_done": {"status": 500, "applied": True},
    "503_none": {"status": 503},
    "503_done": {"status": 503, "applied": True},
    "partial": {"status": 500, "applied": True, "elements": 1},
}
HEADERS: Final = (
    "x-rate-limit-problem",
    "retry-after",
    "x-minlimit-remaining",
    "x-daylimit-remaining",
)
PLAIN: Final = SSLContext(PROTOCOL_TLS_CLIENT)  # not used on HTTP, and quicker than httpx's own
PATIENCE: Final = 60.0  # real seconds for an answer whose time has come
SECRET: Final = "secret"
HOUR: Final = 3600.0  # seconds: no effect comes later
HAIR: Final = 5e-6  # seconds by which a late effect is ordered early, as clocks round otherwise


@dataclass
class Mirror:
    """One sandbox that stands where a recording's Xero stood."""

    recording: Recording
    state: XeroState
    http: httpx.AsyncClient
    pairs: Pairs = field(default_factory=Pairs)
    differences: list[str] = field(default_factory=list)
    _tenants: dict[str, str] = field(default_factory=dict)
    _open: dict[Asked, "asyncio.Task[httpx.Response]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.state.key_scope = "token" if self.recording.key_scope == "token" else "app"
        self.state.keep_keys(self.recording.key_life)
        for tenant in self.recording.tenants:
            client = f"client-{tenant}"
            made = self.state.add_organisation(tenant, app=(client, SECRET))
            self._tenants[tenant] = made.id
            made.limits.day = self.recording.day
            consent = Consent(client, client, SCOPES)
            self.pairs.fit(f"refresh-{tenant}-0", self.state.grants.refresh_token(consent))
            self.state.grants.add_app(App(f"auditor-{tenant}", SECRET, made.id))
            meter = self.state.meter(client, made.id)
            for window in (meter.minute, meter.day):  # they begin as the recording does
                window.offset = -int(EPOCH.timestamp()) % window.seconds

    async def run(self) -> list[str]:
        """Ask all of it; gives the differences of the first request that has any."""
        try:
            return await self._run()
        finally:
            self.state.clock.advance(HOUR)
            await asyncio.gather(*self._open.values(), return_exceptions=True)

    async def _run(self) -> list[str]:
        answered = set(self.recording.asked)
        for at, step, asked in self.recording.steps:
            if asked not in answered:
                continue
            self.state.clock.advance(
                max(0.0, (moment(at) - self.state.clock.now()).total_seconds())
            )
            await (self._ask(asked) if step == "came" else self._hear(asked))
            if self.differences:
                return [f"seed {self.recording.seed}, {asked}", *self.differences]
        return []

    # -- asking -------------------------------------------------------------------------------

    async def _ask(self, asked: Asked) -> None:
        headers = _login_headers(asked) if asked.basic else await self._headers(asked)
        if fault := fault_of(asked):
            self.state.faults.ordered.append(fault)
        come = len(self.state.log)
        self._open[asked] = asyncio.create_task(self._send(asked, headers))
        while not self._open[asked].done() and not self._is_in(come):  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0)

    def _is_in(self, place: int) -> bool:
        return len(self.state.log) > place and "in_flight" in self.state.log[place]

    async def _send(self, asked: Asked, headers: dict[str, str]) -> httpx.Response:
        root = "" if asked.basic else API
        address = self.pairs.translated(f"{root}{asked.path}?{asked.query}").rstrip("?")
        body = self.pairs.translated(asked.body.decode())
        if asked.basic:
            form = {name: self.pairs.there.get(v, v) for name, v in parse_qsl(body)}
            body = urlencode(form)
        return await self.http.request(asked.method, address, headers=headers, content=body)

    async def _headers(self, asked: Asked) -> dict[str, str]:
        headers = {
            "Authorization": f"Bearer {await self._token(asked)}",
            "Accept": "application/json",
            "xero-tenant-id": self._tenants.get(asked.tenant, asked.tenant),
        }
        if asked.body:
            headers["Content-Type"] = "application/json"
        if asked.key is not None:
            headers["Idempotency-Key"] = asked.key
        return headers

    async def _token(self, asked: Asked) -> str:
        """The token that was given for that one, or an auditor's; it dies when the other does."""
        if not asked.owner:
            return "unknown"
        if asked.token not in self.pairs.there:
            self.pairs.fit(asked.token, await self._login(asked.owner))
        value = self.pairs.there[asked.token]
        if asked.dies != float("inf"):
            access = self.state.grants.access[value]
            self.state.grants.access[value] = replace(access, until=moment(asked.dies))
        return value

    async def _login(self, client: str) -> str:
        form = {"grant_type": "client_credentials"}
        answer = await self.http.post("/connect/token", data=form, auth=(client, SECRET))
        return str(answer.json()["access_token"])

    # -- hearing ------------------------------------------------------------------------------

    async def _hear(self, asked: Asked) -> None:
        task = self._open.pop(asked)
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await task
        except TimeoutError:
            self.differences.append("it is answered here, and waits there")
            return
        self.differences += _differences(asked, answer, self.pairs)


def _login_headers(asked: Asked) -> dict[str, str]:
    kind = "application/x-www-form-urlencoded"
    return {"Authorization": asked.basic, "Content-Type": kind}


def _differences(asked: Asked, answer: httpx.Response, pairs: Pairs) -> list[str]:
    if asked.status != answer.status_code:
        return [f"{asked.status} here, {answer.status_code} there: {answer.text[:500]}"]
    found = [] if asked.headers is None else _in_headers(asked.headers, answer)
    return found + list(differences(asked.content, _content(answer), pairs))


def _in_headers(here: dict[str, str], answer: httpx.Response) -> list[str]:
    shown = {name.lower(): value for name, value in here.items()}
    return [
        f"{name}: {shown.get(name)} here, {answer.headers.get(name)} there"
        for name in HEADERS
        if shown.get(name) != answer.headers.get(name)
    ]


def _content(answer: httpx.Response) -> Any:
    if "json" in answer.headers.get("content-type", ""):
        return answer.json()
    return answer.text or None


def fault_of(asked: Asked) -> Fault | None:
    """What the sandbox is told to do with a request; None when nothing is wrong with it."""
    if asked.fate == "late_effect" and asked.decided is not None:
        return Fault(effect="slow", delay=max(0.0, asked.decided - asked.came - HAIR))
    told = FAULTS.get(asked.fate)
    if told is None or asked.status != told["status"]:
        return None  # something else befell it before
    return Fault(effect="status", body=asked.content, **told)


@asynccontextmanager
async def mirror(recording: Recording) -> AsyncIterator[Mirror]:
    """Run a sandbox whose clock stands where the recording begins."""
    state = XeroState(clock=Clock(EPOCH, speed=0))
    async with (
        running(build_app(state)) as base,
        httpx.AsyncClient(base_url=base, timeout=HOUR, verify=PLAIN) as http,
    ):
        yield Mirror(recording, state, http)


def compared(recording: Recording) -> list[str]:
    """Ask a sandbox all of a recording; gives where it answers otherwise."""

    async def ask() -> list[str]:
        async with mirror(recording) as standing:
            return await standing.run()

    return asyncio.run(ask())
