"""A broker that loses, doubles and shuffles: what the bridge must bear of one."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from bridge.bus import DELIVERY_LIMIT, Handler, Message, PublishError, redelivery_pause
from tests.simulation.chance import Chance
from tests.simulation.loop import PROC, Killed, Proc

Parcel = tuple[Message, int]


class Broker:
    """All queues of a schedule; it outlives the processes."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self.queues: defaultdict[str, list[Parcel]] = defaultdict(list)
        self.taken: dict[int, tuple[Proc, str, Parcel]] = {}
        self.news = asyncio.Event()
        self._numbers = 0
        self._order = chance.fork("broker")

    def put(self, queue: str, parcel: Parcel) -> None:
        """Put a message somewhere into a queue: the order of messages is worth nothing."""
        waiting = self.queues[queue]
        waiting.insert(self._order.randint(max(0, len(waiting) - 3), len(waiting)), parcel)
        self.news.set()

    def take(self, queues: Sequence[str], proc: Proc) -> tuple[int, str, Parcel] | None:
        """Hand out a message of one of the queues."""
        filled = [queue for queue in queues if self.queues[queue]]
        if not filled:
            return None
        queue = self._order.choice(filled)
        parcel = self.queues[queue].pop(0)
        self._numbers += 1
        self.taken[self._numbers] = (proc, queue, parcel)
        return self._numbers, queue, parcel

    def forget(self, proc: Proc) -> None:
        """Hand out again what a dead process had taken."""
        for number, (owner, queue, (message, delivery)) in list(self.taken.items()):
            if owner is proc:
                del self.taken[number]
                self.put(queue, (replace(message, redelivered=True), delivery + 1))

    def purge(self) -> None:
        """Lose every message."""
        self.chance.count("broker.lost_all")
        self.queues.clear()
        self.taken.clear()


class FakeBus:
    """One process's bus."""

    connected = True

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def publish(self, message: Message) -> None:
        """Publish one message."""
        (problem,) = await self.publish_all([message])
        if problem is not None:
            raise problem

    async def publish_all(self, messages: Sequence[Message]) -> list[PublishError | None]:
        """Take each message, or not; some twice, and some although it says no."""
        proc, chance = _alive(), self._broker.chance
        if blow := chance.blow(proc):
            await chance.strike(blow, proc, "bus", "before")
        await asyncio.sleep(chance.blink())
        _alive()
        outcomes = [self._take_in(message) for message in messages]
        if blow := chance.blow(proc):
            await chance.strike(blow, proc, "bus", "after")
        return outcomes

    def _take_in(self, message: Message) -> PublishError | None:
        chance, queue = self._broker.chance, f"processor.{message.routing_key.partition('.')[0]}"
        if chance.happens(chance.profile.unpublished):
            chance.count("broker.no_confirm")
            if chance.happens(0.5):
                self._broker.put(queue, (message, 1))
            return PublishError("no confirm in time")
        for _ in range(2 if chance.happens(chance.profile.repeated) else 1):
            self._broker.put(queue, (message, 1))
        return None

    async def consume(
        self, queues: list[str], handler: Handler, *, prefetch: int, stop: asyncio.Event
    ) -> None:
        """Feed a handler, several messages at once."""
        proc, broker = _alive(), self._broker
        places = asyncio.Semaphore(prefetch)
        async with asyncio.TaskGroup() as group:
            while not stop.is_set():
                await places.acquire()
                _alive()
                found = broker.take(queues, proc)
                if found is None:
                    places.release()
                    broker.news.clear()
                    await broker.news.wait()
                    continue
                await asyncio.sleep(broker.chance.blink())
                task = group.create_task(self._handle(handler, *found))
                task.add_done_callback(lambda _: places.release())

    async def _handle(self, handler: Handler, number: int, queue: str, parcel: Parcel) -> None:
        proc, broker = _alive(), self._broker
        message, delivery = parcel
        try:
            await handler(message)
        except Exception:  # noqa: BLE001  it is handed out again
            broker.chance.count("broker.redelivered")
            if broker.taken.pop(number, None) and delivery <= DELIVERY_LIMIT:
                await asyncio.sleep(redelivery_pause(delivery))
                broker.put(queue, (replace(message, redelivered=True), delivery + 1))
            return
        if blow := broker.chance.blow(proc):
            await broker.chance.strike(blow, proc, "bus", "before")
        broker.taken.pop(number, None)

    async def close(self) -> None:
        """Nothing to let go of."""


def _alive() -> Proc:
    proc = PROC.get()
    assert proc is not None
    if proc.buried:
        raise Killed
    return proc
