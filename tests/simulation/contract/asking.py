"""A visitor who asks a small Xero for anything, right and wrong, in the bridge's own requests.

Schedules seldom ask for what is refused: the bridge takes care. A visitor doesn't.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final

import httpx

from outbox.xero.batches import Ready, assemble
from outbox.xero.lookups import path_of
from outbox.xero.namesakes import path_of as paths_of_names
from outbox.xero.routes import ALLOCATION, CHANGES, CREATES, Route
from tests.simulation.chance import BUSY, LATE, LOST, Chance, Profile
from tests.simulation.contract.recording import LISTS, Recording, attach, read_all
from tests.simulation.contract.wishes import DOCUMENTS, Wishes, ready
from tests.simulation.loop import Proc, VirtualLoop
from tests.simulation.xero.books import IDS
from tests.simulation.xero.server import API, Xero
from tests.simulation.xero.tokens import Token

VISITOR: Final = Proc("visitor", "visitor")
STEPS: Final = 60
LATEST: Final = 15.0  # seconds until a request takes effect
KEY_LIFE: Final = 40.0  # seconds
PROFILES: Final = (
    Profile("calm"),
    Profile("busy", fates=BUSY),
    Profile("lines cut", fates=LOST),
    Profile("late", fates=LATE + LOST, scope="token"),
)
ALL_LATE: Final = Profile("all late", fates=(("late_effect", 1.0),))
CALLS: Final = 150  # of which the day has fewer


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that was sent; `look` is where the bridge would look for what became of it."""

    method: str
    path: str
    body: bytes = b""
    key: str | None = None
    look: str = ""


@dataclass
class Visitor:
    """Asks one thing after the other, as chance will have it."""

    xero: Xero
    chance: random.Random
    sent: list[Sent] = field(default_factory=list)
    token: str = ""

    def __post_init__(self) -> None:
        self.wishes = Wishes(self.chance, self.xero.books["T1"])
        self.renew()

    async def visit(self) -> None:
        """Ask all of it."""
        acts: list[tuple[Callable[[], Awaitable[object]], int]] = [
            (self._contacts, 4),
            (self._documents, 8),
            (self._pay, 6),
            (self._allocate, 6),
            (self._end, 6),
            (self._again, 6),
            (self._look, 6),
            (self._misuse, 2),
            (self._pause, 3),
            (self._die, 1),
        ]
        begin = (self._contacts, self._contacts, self._documents, self._documents)
        steps = self.chance.choices([a for a, _ in acts], [often for _, often in acts], k=STEPS)
        for act in (*begin, *steps):
            await act()

    # -- sending ------------------------------------------------------------------------------

    async def write(self, route: Route, commands: list[Ready]) -> None:
        """Send a request of commands as the outbox would, under a new key."""
        batch = assemble(route, commands, {})
        key = f"{self.token}/{len(self.sent)}"
        self.sent.append(Sent(route.method, batch.path, batch.body, key, path_of(batch)))
        await self._ask(self.sent[-1])

    async def _ask(self, what: Sent, tenant: str = "T1") -> None:
        headers = {"Authorization": f"Bearer {self.token}", "xero-tenant-id": tenant}
        if what.key is not None:
            headers["Idempotency-Key"] = what.key
        address = f"http://xero{API}{what.path}"
        request = httpx.Request(what.method, address, headers=headers, content=what.body)
        answer = self.xero.receive(request, VISITOR)
        # Seldom the next one goes while this one is still at work.
        patience = self.chance.uniform(0, 3) if self.chance.random() < 0.2 else None
        await asyncio.wait([answer], timeout=patience)
        if answer.done():
            answer.exception()

    def renew(self) -> None:
        """Take a new access token."""
        tokens = self.xero.identity.tokens
        self.token = f"token-{len(tokens) + 1}"
        tokens[self.token] = Token("T1", self.xero.loop.time() + 1800, len(tokens) + 1)

    # -- writing ------------------------------------------------------------------------------

    async def _contacts(self) -> None:
        wishes = self.wishes
        if self.chance.random() < 0.6:
            new = [ready("contact.put", wishes.contact()) for _ in wishes.few()]
            await self.write(CREATES["contact.put"], new)
        else:
            own = wishes.some("Contacts")["ContactID"]
            await self.write(CHANGES["contact.put"], [ready("contact.put", wishes.contact(), own)])

    async def _documents(self) -> None:
        wishes, (kind, plural) = self.wishes, self.chance.choice(DOCUMENTS)
        if self.chance.random() < 0.7:
            new = [ready(kind, wishes.document(kind)) for _ in wishes.few()]
            await self.write(CREATES[kind], new)
        else:
            await self.write(CHANGES[kind], [wishes.change(kind, plural) for _ in wishes.few()])

    async def _pay(self) -> None:
        payments = [ready("payment.create", self.wishes.payment()) for _ in self.wishes.few()]
        await self.write(CREATES["payment.create"], payments)

    async def _allocate(self) -> None:
        await self.write(ALLOCATION, [ready("allocation.create", self.wishes.allocation())])

    async def _end(self) -> None:
        command = self.wishes.end()
        await self.write(CHANGES[command.kind], [command])

    async def _misuse(self) -> None:
        """PUT what is there already, POST what may not be: the bridge never does."""
        kind, plural = self.chance.choice((("contact.put", "Contacts"), *DOCUMENTS))
        body = self.wishes.contact() if plural == "Contacts" else self.wishes.document(kind)
        if self.chance.random() < 0.5:
            own = {IDS[plural]: self.wishes.some(plural)[IDS[plural]]}
            await self.write(CREATES[kind], [ready(kind, body | own)])
        else:
            await self.write(replace(CREATES[kind], method="POST"), [ready(kind, body)])

    # -- keys, tokens, reads ------------------------------------------------------------------

    async def _again(self) -> None:
        """Send a request again under its key; or another one, or with another token, or astray."""
        what, drawn, tenant = self.chance.choice(self.sent[-4:]), self.chance.random(), "T1"
        if drawn < 0.15 and what.body:
            what = replace(what, body=what.body + b" ")
        elif drawn < 0.25 and "?" in what.path:
            what = replace(what, path=f"{what.path}&more=1")
        elif drawn < 0.4:
            self.renew()
        elif drawn < 0.45:
            tenant = "T2"
        await self._ask(what, tenant)

    async def _look(self) -> None:
        """Read as the outbox does after an unclear answer, and before a contact is made."""
        drawn, plural = self.chance.random(), self.chance.choice(LISTS)
        if drawn < 0.4:
            path = self.chance.choice(self.sent).look
        elif drawn < 0.6:
            names = [ready("contact.put", self.wishes.contact()) for _ in self.wishes.few()]
            path = paths_of_names(names)
        elif drawn < 0.8:
            path = f"/{plural}/{self.wishes.some(plural)[IDS[plural]]}"
        else:
            path = f"/{plural}?page={self.chance.choice((1, 2))}&pageSize=1000"
        await self._ask(Sent("GET", path))

    async def _pause(self) -> None:
        await asyncio.sleep(self.chance.uniform(0, KEY_LIFE))

    async def _die(self) -> None:
        """Ask with a token that has died."""
        self.xero.identity.revoke_all()
        await self._ask(self.sent[-1])
        self.renew()


def _recorded(
    seed: int, profile: Profile, ask: Callable[[Visitor], Awaitable[object]], day: int = 5_000
) -> Recording:
    loop = VirtualLoop()
    xero = Xero(Chance(seed, profile), loop, LATEST, KEY_LIFE, ("T1", "T2"))
    xero.meters["T1"].day.most = day
    recording = attach(xero, seed)

    async def visit() -> None:
        await ask(Visitor(xero, random.Random(f"{seed}/visitor")))
        await asyncio.sleep(2 * LATEST)  # what was late takes effect
        read_all(xero, recording)

    try:
        loop.run_until_complete(visit())
    finally:
        loop.close()
    return recording


def asked(seed: int) -> Recording:
    """Let a visitor ask, and give what the small Xero was asked."""
    return _recorded(seed, PROFILES[seed % len(PROFILES)], Visitor.visit)


def hurried(seed: int) -> Recording:
    """Let a visitor ask more than a minute's and a day's calls."""

    async def ask(visitor: Visitor) -> None:
        for call in range(CALLS):
            await visitor._ask(Sent("GET", f"/Contacts?page=1&pageSize=100&call={call}"))
            await asyncio.sleep(0.2 if call % 100 else 61)

    return _recorded(seed, Profile("calm"), ask, day=CALLS - 30)


def crowded(seed: int) -> Recording:
    """Let visitors ask more at once than Xero takes, each effect late."""

    async def ask(visitor: Visitor) -> None:
        others = [Visitor(visitor.xero, random.Random(f"{seed}/{n}")) for n in range(7)]
        await asyncio.gather(*(other._contacts() for other in others))

    return _recorded(seed, ALL_LATE, ask)
