"""The outbox role: holds leases, runs a relay for each connection, passes notifications on."""

import asyncio
from asyncio import Event
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import httpx
import structlog

from bridge.parts import Parts
from bridge.postgres import AWAY, Pool, listening
from bridge.waiting import pause
from clients.xero.grants import Grant
from clients.xero.identity import Endpoints
from clients.xero.session import Session, open_client
from outbox import gauges
from outbox import lease as leases
from outbox.budgets import Budgets
from outbox.lease import RENEWAL, Lease
from outbox.windows import Windows
from outbox.xero.forbidden import Forbidden
from outbox.xero.line import Line
from outbox.xero.relay import Relay
from outbox.zoho.relay import ZohoRelay

LOG = structlog.get_logger()
DATABASE_PAUSE: Final = 1.0  # seconds until a database that was away is tried again
TAKEN_SOON: Final = 1.0  # seconds until a process that takes leases just now has them
LOOK_AGAIN: Final = 10  # seconds between the two reads that prove absence


@dataclass(slots=True)
class Running:
    """A connection's relays at work, and how to stop them."""

    relay: Relay
    zoho: ZohoRelay
    tasks: tuple[asyncio.Task[None], ...]
    stop: asyncio.Event


async def run(parts: Parts, stop: asyncio.Event) -> None:
    """Speak to Xero for every connection that nobody else speaks for, until `stop`.

    What is in flight then comes home, and the leases are released. Raises what is a bug of ours:
    a relay that dies takes the process with it, loudly.
    """
    holder = leases.name_holder()
    budgets = Budgets(parts)
    async with open_client(parts.settings.xero_api_url) as client:
        while not stop.is_set():
            outbox = Outbox(parts, holder, budgets)
            try:
                await _serve(parts.pool, outbox, client, stop)
            except* AWAY as errors:
                # What was in flight is unclear now, and is looked into under the next fence.
                LOG.warning("database.away", problem=str(errors.exceptions[0])[:200])
            await pause(stop, DATABASE_PAUSE)


async def _serve(pool: Pool, outbox: "Outbox", client: httpx.AsyncClient, stop: Event) -> None:
    async with (
        listening(pool, "outbox", outbox.asked),
        listening(pool, "connections", outbox.changed),
    ):
        await outbox.serve(client, stop)


class Outbox:
    """All connections of one process, until the database goes away; `budgets` outlive that."""

    def __init__(self, parts: Parts, holder: str, budgets: Budgets) -> None:
        self._parts = parts
        self._pool = parts.pool
        self._holder = holder
        self._budgets = budgets
        self._running: dict[Lease, Running] = {}
        self._leaving: dict[Lease, Running] = {}
        self._news = asyncio.Event()

    def asked(self, connection_id: str) -> bool:
        """Wake the relays of a connection that has more to send; False where it is not ours."""
        ours = [
            r for lease, r in self._running.items() if str(lease.connection_id) == connection_id
        ]
        for running in ours:
            running.relay.wake.set()
            running.zoho.wake.set()
        return bool(ours)

    def changed(self, connection_id: str) -> None:
        """Wake the relays of a connection that was changed, or see whether it is to be had."""
        if not self.asked(connection_id):
            self._news.set()

    async def serve(self, client: httpx.AsyncClient, stop: asyncio.Event) -> None:
        """Keep leases and relays in step until `stop`."""
        async with asyncio.TaskGroup() as group:
            waking = group.create_task(_pass_on(stop, self._news))
            while not stop.is_set():
                self._news.clear()
                await self._keep_up(group, client)
                await pause(self._news, RENEWAL)
            waking.cancel()
            for running in self._running.values():
                _halt(running)
        for lease in self._ours:
            await leases.release(self._pool, lease)
        await leases.leave(self._pool, self._holder)

    async def _keep_up(self, group: asyncio.TaskGroup, client: httpx.AsyncClient) -> None:
        held = await leases.renew(self._pool, self._holder)
        for lease in set(self._running) - held:
            LOG.warning("lease.lost", connection=lease.name, fence=lease.fence)
            gauges.forget(lease.name)
            _halt(self._running.pop(lease))
        share = await leases.share(self._pool, self._holder)
        await self._hand_over(share)
        await self._take(group, client, share)
        await self._let_go(held)
        for lease in self._running:
            await gauges.show(self._pool, lease)

    @property
    def _ours(self) -> tuple[Lease, ...]:
        return (*self._running, *self._leaving)

    async def _take(self, group: asyncio.TaskGroup, client: httpx.AsyncClient, share: int) -> None:
        """Speak for what is free: for all of our organisations first, then up to our share."""
        spoken = _organisations(self._running)
        free = max(0, share - len(spoken))
        taken = await leases.acquire(self._pool, self._holder, self._ours, spoken, free)
        if taken is None:
            asyncio.get_running_loop().call_later(TAKEN_SOON, self._news.set)
        for lease in taken or ():
            self._running[lease] = await self._start(group, client, lease)

    async def _hand_over(self, share: int) -> None:
        """Leave what is more than our share to others, once what is in flight has come home.

        An organisation goes whole. What has learned that it works with another one goes too, and is
        taken by whoever speaks to that.
        """
        more = _organisations(self._running)[share:]
        for lease, running in list(self._running.items()):
            if running.relay.astray or lease.organisation in more:
                LOG.info("lease.handed_over", connection=lease.name, fence=lease.fence)
                gauges.forget(lease.name)
                self._leaving[lease] = self._running.pop(lease)
                _halt(running)
        for lease, leaving in list(self._leaving.items()):
            if all(task.done() for task in leaving.tasks):
                del self._leaving[lease]
                await leases.release(self._pool, lease)

    async def _let_go(self, held: set[Lease]) -> None:
        """Leave to others what is ours by name only, since the database was away."""
        ours = {lease.connection_id for lease in self._ours}
        for lease in held:
            if lease.connection_id not in ours:
                await leases.release(self._pool, lease)

    async def _start(
        self, group: asyncio.TaskGroup, client: httpx.AsyncClient, lease: Lease
    ) -> Running:
        endpoints = Endpoints.of(self._parts.settings)
        session = Session(client, await self._budgets.of(lease, self._ours), lease.name)
        line = Line(
            self._pool,
            lease,
            session,
            Grant(self._pool, self._parts.vault, endpoints, lease.connection_id),
            self._windows(),
            Forbidden(session),
        )
        relay, halt = Relay(line), asyncio.Event()
        LOG.info("lease.acquired", connection=lease.name, fence=lease.fence)
        zoho = ZohoRelay(self._parts, lease, line.windows)
        tasks = (group.create_task(zoho.run(halt)), group.create_task(relay.run(halt)))
        for task in tasks:
            task.add_done_callback(lambda _task: self._news.set())
        return Running(relay, zoho, tasks, halt)

    def _windows(self) -> Windows:
        quiet = self._parts.settings.xero_quiet_time
        return Windows(
            repeat=self._parts.settings.xero_repeat_window,
            late=self._parts.settings.xero_late_limit,
            quiet=quiet,
            again=min(LOOK_AGAIN, quiet),
        )


def _organisations(running: Iterable[Lease]) -> list[str]:
    """The organisations of some leases, the one with the oldest connection first."""
    by_age = sorted(running, key=lambda lease: lease.connection_id)
    return list(dict.fromkeys(lease.organisation for lease in by_age))


def _halt(running: Running) -> None:
    running.stop.set()
    running.relay.wake.set()
    running.zoho.wake.set()


async def _pass_on(stop: asyncio.Event, news: asyncio.Event) -> None:
    await stop.wait()
    news.set()
