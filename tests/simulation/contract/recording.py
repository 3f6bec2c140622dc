"""What a small Xero was asked, in the order in which it came and was answered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.simulation.schedule import play
from tests.simulation.shape import largest
from tests.simulation.world import World
from tests.simulation.xero.desk import serve
from tests.simulation.xero.server import Xero

LISTS = ("Contacts", "Invoices", "CreditNotes", "Payments", "BankTransactions")
HIDING = ("500_done", "503_done", "partial")  # something is done, and no answer shows its ids
ALL = "page=1&pageSize=1000&includeArchived=true"


@dataclass(eq=False)
class Asked:
    """One request as it reached Xero, and Xero's own answer, whatever the line made of it.

    `fate` is what the schedule had in mind for it. Of its access token, `owner` is the client id
    that it was given to ("" where there is no such token), `dies` the time when it does. `decided`
    is None when its elements were never looked at, `headers` when it was asked past the door. A
    login has `basic` credentials instead of a token.
    """

    came: float
    method: str
    path: str
    query: str = ""
    body: bytes = b""
    key: str | None = None
    tenant: str = ""
    token: str = ""
    owner: str = ""
    dies: float = 0.0
    basic: str = ""
    fate: str = "answered"
    decided: float | None = None
    status: int = 0
    content: Any = None
    headers: dict[str, str] | None = None

    def __str__(self) -> str:
        asked = f"{self.method} {self.path}?{self.query} {self.body.decode()[:600]}"
        return f"at {self.came:.3f}, {self.fate}: {asked}"


@dataclass(eq=False)
class Recording:
    """All that was asked of one Xero: each request when it came, and when it was answered."""

    seed: int
    key_scope: str
    key_life: float
    day: int
    tenants: tuple[str, ...]
    steps: list[tuple[float, str, Asked]] = field(default_factory=list)

    @property
    def asked(self) -> list[Asked]:
        """Every request that was answered, in the order of coming."""
        ended = {asked for _, step, asked in self.steps if step == "ended"}
        return [asked for _, step, asked in self.steps if step == "came" and asked in ended]


def attach(xero: Xero, seed: int) -> Recording:
    """Write down from now on what a Xero is asked."""
    scope, day = xero.chance.profile.scope, xero.meters[xero.tenants[0]].day.most
    recording = Recording(seed, scope, xero.key_life, day, xero.tenants)
    xero._answer = _noting_requests(xero, recording)  # type: ignore[method-assign]  # it listens in
    xero.identity.decide = _noting_logins(xero, recording)  # type: ignore[method-assign]  # it listens in
    return recording


def _noting_requests(xero: Xero, recording: Recording) -> Callable[..., Any]:
    answer: Callable[..., Any] = xero._answer

    async def noted(request: httpx.Request, entry: dict[str, Any], fate: str) -> Any:
        asked = _asked(xero, request, entry, fate)
        recording.steps.append((asked.came, "came", asked))
        asked.status, asked.content, asked.headers = answered = await answer(request, entry, fate)
        asked.decided = entry.get("decided")
        recording.steps.append((xero.loop.time(), "ended", asked))
        if fate in HIDING:
            read_all(xero, recording)
        return answered

    return noted


def _noting_logins(xero: Xero, recording: Recording) -> Callable[..., Any]:
    decide: Callable[..., Any] = xero.identity.decide

    def noted(request: httpx.Request, entry: dict[str, Any]) -> Any:
        now, basic = xero.loop.time(), request.headers["authorization"]
        asked = Asked(now, request.method, request.url.path, body=request.content, basic=basic)
        asked.status, asked.content = answered = decide(request, entry)
        recording.steps += [(now, "came", asked), (now, "ended", asked)]
        return answered

    return noted


def _asked(xero: Xero, request: httpx.Request, entry: dict[str, Any], fate: str) -> Asked:
    token = xero.identity.tokens.get(entry["_token"])
    return Asked(
        came=xero.loop.time(),
        method=entry["method"],
        path=entry["path"],
        query=entry["query"],
        body=request.content,
        key=entry["key"],
        tenant=entry["tenant"],
        token=entry["_token"],
        owner=f"client-{token.tenant}" if token else "",
        dies=token.until if token else 0.0,
        fate=fate,
    )


def read_all(xero: Xero, recording: Recording) -> None:
    """Ask for everything that is in the books now, past the door."""
    now = xero.loop.time()
    for tenant in xero.tenants:
        for plural in LISTS:
            asked = Asked(
                came=now,
                method="GET",
                path=f"/{plural}",
                query=ALL,
                tenant=tenant,
                token=f"auditor of {tenant}",
                owner=f"auditor-{tenant}",
                dies=float("inf"),
            )
            asked.status, asked.content = serve(
                xero.books[tenant], "GET", asked.path, asked.query, b""
            )
            recording.steps += [(now, "came", asked), (now, "ended", asked)]


def played(seed: int) -> Recording:
    """Play a seed's schedule at its largest, and give what its Xero was asked."""
    recordings: list[tuple[Xero, Recording]] = []

    def also(world: World) -> None:
        recordings.append((world.xero, attach(world.xero, seed)))

    play(seed, shape=largest(seed), also=also)
    ((xero, recording),) = recordings
    read_all(xero, recording)
    return recording
