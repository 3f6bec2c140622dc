"""The bridge's processes inside of a schedule: production's loops, started anew when they end."""

import asyncio
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, Final

from bridge.cli.jobs.republishing import sweep
from bridge.parts import Parts
from bridge.postgres import AWAY
from bridge.settings import Settings
from ingress.journal.knocks import Knocks
from ingress.journal.writer import Journal
from ingress.webhooks.directory import Directory
from ingress.webhooks.zoho import ZohoWebhooks
from outbox.run import run as run_outbox
from processors.shell.consumer import run as run_processor
from processors.xero import journal as xero_journal
from tests.simulation.bus import Broker, FakeBus
from tests.simulation.chance import Chance
from tests.simulation.founding import VAULT
from tests.simulation.loop import PROC, Killed, Proc, VirtualLoop
from tests.simulation.partners import Partners
from tests.simulation.store.driver import FakePool, Server
from tests.simulation.witness import Witness

ENTITIES: Final = (
    "contact",
    "invoice",
    "customer_payment",
    "credit_note",
    "bill",
    "vendor_payment",
    "vendor_credit",
)


@dataclass(frozen=True, slots=True)
class Door:
    """A receiver that lives."""

    proc: Proc
    app: ZohoWebhooks


@dataclass
class Processes:
    """All that run, ran, and how they ended."""

    loop: VirtualLoop
    chance: Chance
    server: Server
    broker: Broker
    settings: Settings
    procs: list[Proc] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)  # those that died of themselves
    deaths: dict[str, float] = field(default_factory=dict)
    witness: Witness = field(default_factory=Witness)
    doors: list[Door] = field(default_factory=list)
    partners: list[Partners] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server.on_commit = self.witness.look
        self.chance.die = self.die

    def start(self, role: str) -> None:
        """Start a process; it is started again when it ends."""
        proc = Proc(f"{role}-{len(self.procs) + 1}", role)
        self.procs.append(proc)
        context = Context()
        context.run(PROC.set, proc)
        self.loop.create_task(self._live(proc), context=context)

    async def _live(self, proc: Proc) -> None:
        try:
            await getattr(self, f"_{proc.role}")(proc)
            reason = "it ended"
        except AWAY as error:
            reason = type(error).__name__
            self.chance.count(f"ended.{proc.role}.database")
        except (Killed, asyncio.CancelledError, GeneratorExit):
            return
        except BaseException as error:  # noqa: BLE001  whatever it dies of is a finding
            reason = _say(error)
            if "Killed" in reason:
                return
            self.ended.append(f"{proc.name}: {reason}")
        self.die(proc, pause=2.0)

    def die(self, proc: Proc, pause: float | None = None) -> None:
        """End a process without a word; another one takes its place after a while."""
        proc.dead = True
        self.deaths[proc.name] = self.loop.now
        self.doors[:] = [door for door in self.doors if door.proc is not proc]
        self.server.forget(proc)
        self.broker.forget(proc)
        pause = self.chance.fork(f"pause {proc.name}").uniform(0.5, 15) if pause is None else pause
        self.loop.call_later(pause, self.start, proc.role, context=Context())

    async def _ingress(self, proc: Proc) -> None:
        pool: Any = FakePool(self.server)
        directory, journal = Directory(pool, VAULT), Journal(pool)
        knocks = Knocks(pool, FakeBus(self.broker), lambda: journal.crowded)
        await directory.refresh()
        async with asyncio.TaskGroup() as group:
            for work in (journal.run(), knocks.run(), knocks.keep_marks(), directory.run()):
                group.create_task(work)
            self.doors.append(Door(proc, ZohoWebhooks(directory, journal, knocks)))

    async def _processor(self, _proc: Proc) -> None:
        pool: Any = FakePool(self.server)
        bus: Any = FakeBus(self.broker)
        await run_processor(pool, bus, ENTITIES, concurrency=4, stop=asyncio.Event())

    async def _outbox(self, _proc: Proc) -> None:
        pool: Any = FakePool(self.server)
        await run_outbox(Parts(pool, VAULT, self.settings), asyncio.Event())

    async def _sweeper(self, _proc: Proc) -> None:
        pool: Any = FakePool(self.server)
        bus: Any = FakeBus(self.broker)
        await sweep(pool, bus, asyncio.Event())

    async def _reader(self, _proc: Proc) -> None:
        """Read what people did to contacts in Xero, as the sweeper does."""
        pool: Any = FakePool(self.server)
        while True:
            for number, partners in enumerate(self.partners, start=1):
                await _read(pool, number, partners)
            await asyncio.sleep(2)


async def _read(pool: Any, number: int, partners: Partners) -> None:
    reading = await xero_journal.reading_of(pool, number)
    if reading is None or not (partners.news or partners.rows):
        return
    for own in sorted({*partners.news, *await xero_journal.waiting(pool, number, 100)}):
        seen = partners.news.get(own)
        await xero_journal.take(pool, reading, partners.shown(own))
        if partners.news.get(own) == seen:
            partners.news.pop(own, None)


def _say(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_say(each) for each in error.exceptions)
    return f"{type(error).__name__}: {error}"
