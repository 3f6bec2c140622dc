"""A visitor who asks a small Xero for anything, right and wrong, in the bridge's own requests.

Schedules seldom ask for what is refused: the bridge takes care. A visitor doesn't.
"""

import asyncio
import random
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import httpx

from clients.xero.identity import SCOPES
from outbox.xero.batches import Ready, assemble
from outbox.xero.lookups import path_of
from outbox.xero.namesakes import path_of as paths_of_names
from outbox.xero.routes import ALLOCATION, CHANGES, CREATES, Route
from tests.simulation.contract.recording import LISTS
from tests.simulation.contract.wishes import DOCUMENTS, Wishes, ready
from tests.simulation.loop import Proc
from tests.simulation.xero.books import IDS
from tests.simulation.xero.server import API, Xero

VISITOR: Final = Proc("visitor", "visitor")
STEPS: Final = 75
KEY_LIFE: Final = 40.0  # seconds
BASIC: Final = {"Authorization": "Basic " + b64encode(b"client-T1:secret").decode()}


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

    async def visit(self) -> None:
        """Ask all of it."""
        acts: list[tuple[Callable[[], Awaitable[object]], int]] = [
            (self.contacts, 4),
            (self._documents, 8),
            (self._pay, 8),
            (self._spend, 3),
            (self._allocate, 6),
            (self._end, 6),
            (self._again, 6),
            (self._look, 6),
            (self._misuse, 2),
            (self._pause, 3),
            (self._die, 1),
        ]
        begin = (self.contacts, self.contacts, self._documents, self._documents)
        steps = self.chance.choices([a for a, _ in acts], [often for _, often in acts], k=STEPS)
        for act in (*begin, *steps):
            await act()

    # -- sending ------------------------------------------------------------------------------

    async def write(self, route: Route, commands: list[Ready]) -> None:
        """Send a request of commands as the outbox would, under a new key."""
        batch = assemble(route, commands, {})
        key = f"{self.token}/{len(self.sent)}"
        self.sent.append(Sent(route.method, batch.path, batch.body, key, path_of(batch)))
        await self.ask(self.sent[-1])

    async def ask(self, what: Sent, tenant: str = "T1") -> None:
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

    async def renew(self) -> None:
        """Take a new access token."""
        given = await self.log_in({"grant_type": "client_credentials", "scope": SCOPES})
        self.token = given["access_token"]

    async def log_in(self, form: dict[str, str]) -> Any:
        """Ask for tokens; gives the answer's content."""
        request = httpx.Request("POST", "http://xero/connect/token", headers=BASIC, data=form)
        return (await self.xero.receive(request, VISITOR)).json()

    # -- writing ------------------------------------------------------------------------------

    async def contacts(self) -> None:
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

    async def _spend(self) -> None:
        spending = ready("bank_charge.create", self.wishes.spending())
        await self.write(CREATES["bank_charge.create"], [spending])

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
            await self.renew()
        elif drawn < 0.45:
            tenant = "T2"
        await self.ask(what, tenant)

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
        await self.ask(Sent("GET", path))

    async def _pause(self) -> None:
        await asyncio.sleep(self.chance.uniform(0, KEY_LIFE))

    async def _die(self) -> None:
        """Ask with a token that has died."""
        self.xero.identity.revoke_all()
        await self.ask(self.sent[-1])
        await self.renew()
