"""Carries webhooks: late, twice, out of order or never, as Zoho may, by a seed."""

import asyncio
import ssl
from collections.abc import Callable, Coroutine
from functools import cache
from random import Random
from time import monotonic

import httpx

from sandbox.zoho.delivery import Attempt, Behaviour, Delivery
from sandbox.zoho.encoding import Record
from sandbox.zoho.hooks import Parcel, parcel, watching
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.times import Clock

AT_ONCE = 16
LINGER = 0.3  # seconds that one put aside waits for others to pass it
GLANCE = 0.02  # seconds until it is looked at again


class Courier:
    """All deliveries of the stand-in, in the order in which they were fired."""

    def __init__(self, clock: Clock, seed: int) -> None:
        self.clock, self.behaviour, self.log = clock, Behaviour(), list[Delivery]()
        self._chance = Random(seed)
        self._aside: list[Delivery] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._client: httpx.AsyncClient | None = None

    def seed(self, seed: int) -> None:
        """Start the chances anew."""
        self._chance = Random(seed)

    def fire(
        self, org: Organisation, entity: str, trigger: str, document_id: str, root: Record
    ) -> None:
        """Send what the organisation's rules send for a change; `root` is `{root: document}`."""
        variant = org.settings.delete_body if trigger == "deleted" else org.settings.body
        ((name, record),) = root.items()
        for webhook in watching(org, entity, trigger):
            made = parcel(webhook, name, record, variant, self._chance)
            copies = 2 if self._happens(self.behaviour.duplicate) else 1
            for _ in range(copies):
                self.post(org.id, entity, trigger, document_id, made)

    def post(
        self, org_id: str, entity: str, trigger: str, document_id: str, made: Parcel
    ) -> Delivery:
        """Log a parcel and let it take its chances."""
        number = len(self.log)
        now = self.clock.now()
        delivery = Delivery(number, org_id, entity, trigger, document_id, made, now)
        self.log.append(delivery)
        if self._happens(self.behaviour.drop):
            delivery.state = "dropped"
        elif self.behaviour.hold:
            delivery.state = "held"
        elif self._happens(self.behaviour.reorder):
            delivery.state = "aside"
            self._aside.append(delivery)
            self._start(self._linger(delivery))
        else:
            self._start(self._deliver(delivery, then=self._fetch_aside))
        return delivery

    def release(self, order: str) -> int:
        """Send what is held, one after the other: in `order`, `reverse` or `shuffle`."""
        held = [each for each in self.log if each.state == "held"]
        if order == "reverse":
            held.reverse()
        elif order == "shuffle":
            self._chance.shuffle(held)
        for delivery in held:
            delivery.state = "waiting"
        self._start(self._one_by_one(held))
        return len(held)

    async def settled(self) -> None:
        """Wait until nothing is on its way; what is held stays held."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        """Give up what is on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _happens(self, probability: float) -> bool:
        return probability > 0 and self._chance.random() < probability

    def _start(self, work: Coroutine[None, None, None]) -> None:
        self._tasks.add(asyncio.create_task(self._working(work)))

    async def _working(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        finally:
            await self._leave()

    async def _leave(self) -> None:
        """Count one task less; the last one out closes the client."""
        task = asyncio.current_task()
        if len(self._tasks) == 1 and self._client:
            client, self._client = self._client, None
            await client.aclose()
        self._tasks = {each for each in self._tasks if each is not task}

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(verify=_trust(), timeout=self.behaviour.timeout)
        return self._client

    async def _deliver(self, delivery: Delivery, then: Callable[[], None] | None = None) -> None:
        for number, pause in enumerate((0.0, *self.behaviour.retries)):
            await asyncio.sleep(pause)
            done = await self._attempt(delivery)
            if then and not number:
                then()
            if done:
                delivery.state = "delivered"
                return
        delivery.state = "failed"

    async def _attempt(self, delivery: Delivery) -> bool:
        made, at = delivery.parcel, self.clock.now()
        try:
            async with self._slots:
                answer = await self._http().request(
                    made.method, made.url, headers=made.headers, content=made.body
                )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            delivery.attempts.append(Attempt(at, None, f"{type(error).__name__}: {error}"))
            return False
        delivery.attempts.append(Attempt(at, answer.status_code))
        return answer.is_success

    async def _linger(self, delivery: Delivery) -> None:
        """Send what is still aside when nothing has come to pass it."""
        until = monotonic() + LINGER
        while delivery.state == "aside" and monotonic() < until:  # noqa: ASYNC110  it is a word
            await asyncio.sleep(GLANCE)
        if delivery.state == "aside":
            self._fetch_aside()

    def _fetch_aside(self) -> None:
        """Send what was put aside, now that a later one has been sent."""
        aside, self._aside = self._aside, []
        for delivery in aside:
            delivery.state = "waiting"
            self._start(self._deliver(delivery))

    async def _one_by_one(self, deliveries: list[Delivery]) -> None:
        for delivery in deliveries:
            await self._deliver(delivery)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()  # 15 ms: not for each client
