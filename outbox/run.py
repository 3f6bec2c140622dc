"""The outbox role: holds leases, runs a relay for each connection, passes notifications on."""

import asyncio
from asyncio import Event
from dataclasses import dataclass
from typing import Final

import httpx
import structlog

from bridge import metrics
from bridge.parts import Parts
from bridge.postgres import AWAY, Pool, listening
from bridge.queries import load
from bridge.waiting import pause
from clients.xero.allowances import take_up
from clients.xero.budget import Budget
from clients.xero.grants import Grant
from clients.xero.identity import Endpoints
from clients.xero.session import Session, open_client
from outbox import lease as leases
from outbox.lease import RENEWAL, Lease
from outbox.windows import Windows
from outbox.xero.claiming import head_age
from outbox.xero.forbidden import Forbidden
from outbox.xero.line import Line
from outbox.xero.relay import Relay
from outbox.zoho.relay import ZohoRelay

QUERIES = load(__file__, "lease.sql")
LOG = structlog.get_logger()
DATABASE_PAUSE: Final = 1.0  # seconds until a database that was away is tried again
STATES: Final = ("pending", "sending", "ambiguous", "parked")
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
    budgets: dict[int, Budget] = {}
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
    """All connections of one process, until the database goes away.

    `budgets` outlive that, by connection: what Xero asked for may not have been written down.
    """

    def __init__(self, parts: Parts, holder: str, budgets: dict[int, Budget]) -> None:
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
        for lease in (*self._running, *self._leaving):
            await leases.release(self._pool, lease)
        await leases.leave(self._pool, self._holder)

    async def _keep_up(self, group: asyncio.TaskGroup, client: httpx.AsyncClient) -> None:
        held = await leases.renew(self._pool, self._holder)
        for lease in set(self._running) - held:
            LOG.warning("lease.lost", connection=lease.name, fence=lease.fence)
            _forget(lease.name)
            _halt(self._running.pop(lease))
        share = await leases.share(self._pool, self._holder)
        await self._hand_over(len(self._running) - share)
        ours, free = (*self._running, *self._leaving), max(0, share - len(self._running))
        for lease in await leases.acquire(self._pool, self._holder, ours, free):
            self._running[lease] = await self._start(group, client, lease)
        await self._let_go(held)
        for lease in self._running:
            await self._gauge(lease)

    async def _hand_over(self, excess: int) -> None:
        """Leave what is more than our share to others, once what is in flight has come home."""
        for lease in sorted(self._running, key=_newest_last)[len(self._running) - max(0, excess) :]:
            LOG.info("lease.handed_over", connection=lease.name, fence=lease.fence)
            _forget(lease.name)
            self._leaving[lease] = self._running.pop(lease)
            _halt(self._leaving[lease])
        for lease, leaving in list(self._leaving.items()):
            if all(task.done() for task in leaving.tasks):
                del self._leaving[lease]
                await leases.release(self._pool, lease)

    async def _let_go(self, held: set[Lease]) -> None:
        """Leave to others what is ours by name only, since the database was away."""
        ours = {lease.connection_id for lease in (*self._running, *self._leaving)}
        for lease in held:
            if lease.connection_id not in ours:
                await leases.release(self._pool, lease)

    async def _start(
        self, group: asyncio.TaskGroup, client: httpx.AsyncClient, lease: Lease
    ) -> Running:
        endpoints = Endpoints.of(self._parts.settings)
        session = Session(client, await self._budget(lease.connection_id), lease.name)
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
        metrics.LEASE_HELD.labels(lease.name).set(1)
        zoho = ZohoRelay(self._parts, lease, line.windows)
        tasks = (group.create_task(zoho.run(halt)), group.create_task(relay.run(halt)))
        for task in tasks:
            task.add_done_callback(lambda _task: self._news.set())
        return Running(relay, zoho, tasks, halt)

    async def _budget(self, connection_id: int) -> Budget:
        seen = await QUERIES.recent_calls(self._pool, connection_id=connection_id)
        settings = self._parts.settings
        budget = await take_up(
            self._pool, connection_id, settings.xero_calls_per_minute, seen, settings.xero_minute
        )
        if connection_id in self._budgets:
            told = self._budgets[connection_id].throttle
            budget.rest(told.seconds, told.limit)
        self._budgets[connection_id] = budget
        return budget

    def _windows(self) -> Windows:
        quiet = self._parts.settings.xero_quiet_time
        return Windows(
            repeat=self._parts.settings.xero_repeat_window,
            late=self._parts.settings.xero_late_limit,
            quiet=quiet,
            again=min(LOOK_AGAIN, quiet),
        )

    async def _gauge(self, lease: Lease) -> None:
        where = {"connection_id": lease.connection_id}
        counts = {row["state"]: row["count"] for row in await QUERIES.gauges(self._pool, **where)}
        for state in STATES:
            metrics.COMMANDS_OPEN.labels(lease.name, state).set(counts.get(state, 0))
        oldest = await head_age(self._pool, **where) if "pending" in counts else None
        metrics.OUTBOX_HEAD_AGE.labels(lease.name).set(oldest or 0.0)


def _forget(name: str) -> None:
    """Leave a connection's gauges to the process that speaks for it now."""
    metrics.LEASE_HELD.labels(name).set(0)
    metrics.OUTBOX_HEAD_AGE.remove(name)
    for state in STATES:
        metrics.COMMANDS_OPEN.remove(name, state)


def _newest_last(lease: Lease) -> int:
    return lease.connection_id


def _halt(running: Running) -> None:
    running.stop.set()
    running.relay.wake.set()
    running.zoho.wake.set()


async def _pass_on(stop: asyncio.Event, news: asyncio.Event) -> None:
    await stop.wait()
    news.set()
