"""One schedule: the bridge's processes, Zoho, Xero, broker and database, until all is at rest."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any, Final

from bridge.postgres import AWAY
from bridge.queries import load
from tests.simulation.bookkeeping import Bookkeeping
from tests.simulation.bus import Broker
from tests.simulation.chance import FREEZES, Chance
from tests.simulation.contact_desk import Desk
from tests.simulation.courier import Courier
from tests.simulation.founding import found, settings
from tests.simulation.loop import Proc, VirtualLoop
from tests.simulation.partners import Partners
from tests.simulation.processes import Processes
from tests.simulation.register import Register, Switchboard
from tests.simulation.shape import Shape
from tests.simulation.side import PURCHASES, SALES
from tests.simulation.store.driver import Server
from tests.simulation.store.link import Link
from tests.simulation.store.registry import HOUSE
from tests.simulation.xero.server import Xero
from tests.simulation.zoho import Hook, Zoho

PERSON: Final = Proc("a person", "person")
CONNECTIONS: Final = load(str(HOUSE / "ingress/connections/office.py"), "connections.sql")
ROLES: Final = ("ingress", "processor", "processor", "outbox", "outbox", "sweeper")
# W, L, Q in seconds; Xero forgets keys as early as the clock rule allows.
WINDOWS: Final = ((240, 90, 180), (25, 15, 15), (40, 20, 25), (0, 12, 12), (10, 30, 30))
LONGEST: Final = 4 * 3600.0  # virtual seconds until what is not at rest hangs


@dataclass
class World:
    """Everything of one schedule."""

    loop: VirtualLoop
    chance: Chance
    shape: Shape
    switches: list[dict[str, Any]] = field(default_factory=list)
    still_busy: str = ""
    pending: int = 0
    patience: int = 0

    def __post_init__(self) -> None:
        chance, loop = self.chance, self.loop
        plan = chance.fork("plan")
        self.windows = plan.choices(WINDOWS, (1, 4, 4, 3, 3))[0]
        repeat, late, quiet = self.windows
        life = 360.0 if repeat == 240 else repeat + late + 1.0
        tenants = self.shape.tenants
        self.server = Server(chance, loop)
        self.xero = Xero(
            chance,
            loop,
            float(late),
            life,
            tuple(dict.fromkeys(tenants.values())),
            {f"T{n}": tenant for n, tenant in tenants.items()},
        )
        self.broker = Broker(chance)
        self.processes = Processes(
            loop, chance, self.server, self.broker, settings(repeat, late, quiet)
        )
        self.zohos = [self._zoho(n) for n in range(1, self.shape.organisations + 1)]
        self.couriers = [
            Courier(chance, loop, self.processes.doors, f"endpoint-{n}")
            for n in range(1, self.shape.organisations + 1)
        ]
        self.switchboard = Switchboard(chance, [])
        if self.shape.partners:
            self._found_partners(float(late))
        self.plan = plan
        for n, tenant in tenants.items():
            found(self.server.tables, n, tenant, consented=plan.random() < 0.5)

    def _found_partners(self, late: float) -> None:
        """Let people make contacts in each Xero, and each Zoho take them."""
        chance = self.chance.fork("partners")
        twins = chance.random() < 0.5
        for number, zoho in enumerate(self.zohos, start=1):
            register = Register(
                self.chance, self.loop, late, Desk(number, twins, zoho.tell_contact)
            )
            self.switchboard.registers.append(register)
            books = self.xero.books[f"T{number}"]
            partners = Partners(chance, books, self.loop.time, self.chance.count)
            self.processes.partners.append(partners)

    def _zoho(self, number: int) -> Zoho:
        chance, scope = self.chance, self.shape.scope
        people = Zoho if scope == "usual" else Bookkeeping
        return people(
            chance.fork(f"zoho {number}"),
            chance.profile.poison,
            self.loop.time,
            lambda hook: self._told(number, hook),
            chance.count,
            str(number),
            PURCHASES if scope == "purchases" else SALES,
        )

    def _told(self, number: int, hook: Hook) -> None:
        self.couriers[number - 1].post(hook)

    # -- the schedule -------------------------------------------------------------------------

    async def play(self) -> None:
        """Let it all happen, heal, and wait until all is at rest."""
        for role in (*ROLES, *["reader"] * bool(self.shape.partners)):
            self.processes.start(role)
        await asyncio.gather(
            *(self._people(zoho) for zoho in self.zohos),
            *(self._in_xero(partners) for partners in self.processes.partners),
            self._mischief(),
            self._operator(),
        )
        await asyncio.sleep(self.plan.uniform(0, 10))
        self.chance.healed = True
        for zoho in self.zohos:
            zoho.mend()
        while self.busy():
            await asyncio.sleep(1)
            if self.loop.now > LONGEST:
                self.still_busy = self.busy()
                return
        await asyncio.sleep(1)

    async def _people(self, zoho: Zoho) -> None:
        for _ in range(self.shape.actions):
            # At least a second: Zoho's stamps are no finer, and order what people did.
            await asyncio.sleep(1.0 + self.shape.pace * zoho.chance.expovariate(0.6))
            zoho.act()

    async def _in_xero(self, partners: Partners) -> None:
        for _ in range(self.shape.partners):
            await asyncio.sleep(1.0 + self.shape.pace * partners.chance.expovariate(0.3))
            partners.act()

    async def _mischief(self) -> None:
        profile = self.chance.profile
        acts = (
            [self.broker.purge] * profile.purges
            + [self._outage] * profile.outages
            + [self._revoke_all] * profile.revoked
        )
        self.plan.shuffle(acts)
        for act in acts:
            await asyncio.sleep(self.plan.uniform(0, 30 / len(acts)))
            self.chance.count(f"mischief.{act.__name__.strip('_')}")
            act()

    def _revoke_all(self) -> None:
        self.xero.identity.revoke_all()
        for register in self.switchboard.registers:
            register.revoke_all()

    def _outage(self) -> None:
        self.server.go_away(self.plan.uniform(0.2, 20))

    async def _operator(self) -> None:
        for _ in range(self.chance.profile.switches):
            await asyncio.sleep(self.plan.uniform(0, 6))
            await self._switch(enabled=False)
            await asyncio.sleep(self.plan.uniform(1, 20))
            await self._switch(enabled=True)

    async def _switch(self, *, enabled: bool) -> None:
        self.chance.count(f"switched.{enabled}")
        while True:
            link: Any = Link(self.server, PERSON)
            with contextlib.suppress(*AWAY):
                async with link.transaction():
                    await CONNECTIONS.set_enabled(link, connection_id=1, enabled=enabled)
                    await CONNECTIONS.notify(link, channel="connections", connection_id=1)
                break
            link.terminate()  # a frozen process may hold the row for longer than a person waits
            await asyncio.sleep(1)
        link.terminate()
        self.switches.append({"at": self.loop.now, "connection": 1, "enabled": enabled})

    def busy(self) -> str:
        """What still has to happen, or ""."""
        tables = self.server.tables
        waiting = [hook for courier in self.couriers for hook in courier.open]
        if waiting:
            return f"webhooks not accepted: {waiting[:3]}"
        if any(partners.news for partners in self.processes.partners):
            return "contacts of Xero's are not read yet"
        open_events, open_commands = tables.unsettled("events"), tables.unsettled("commands")
        events = [e for e in open_events if e["state"] in ("undecided", "held")]
        going = [c for c in open_commands if c["state"] in ("sending", "ambiguous")]
        pending = [c for c in open_commands if c["state"] == "pending"]
        parked = [each for each in open_commands + open_events if each["state"] == "parked"]
        if events or going or (pending and not parked):
            return f"events {_ids(events)} commands {_ids(going + pending)}"
        if pending and self.pending != len(pending):
            # Behind what is parked, some may still go: the checker says which may wait.
            self.pending, self.patience = len(pending), self._longest_silence()
        self.patience -= 1
        return f"pending {_ids(pending)}" if pending and self.patience > 0 else ""

    def _longest_silence(self) -> int:
        """Seconds without progress after which nothing more can be expected."""
        frozen = any(name.startswith("freeze.") for name in self.chance.counts)
        return 2 * int(FREEZES[-1]) if frozen else 60


def _ids(rows: list[dict[str, Any]]) -> list[Any]:
    return [(row["id"], row["state"], row.get("kind"), row.get("reason")) for row in rows]
