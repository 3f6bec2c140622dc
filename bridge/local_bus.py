"""The embedded default: an in-process bus for one process. It keeps nothing, and need not."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bridge.bus import DELIVERY_LIMIT, Handler, Message, PublishError, queue_of, redelivery_pause
from bridge.waiting import pause

LOG = structlog.get_logger()
Queue = asyncio.Queue[tuple[Message, int]]
LONGEST_QUEUE = 10_000  # messages; more stay in the journal until the next sweep


class LocalBus:
    """Queues in memory with the broker's behaviour: parallel consumers, redelivery, a limit.

    Messages go with the process; the journal's republishing sweep brings them back.
    """

    connected = True

    def __init__(self, *, longest_queue: int = LONGEST_QUEUE) -> None:
        self._queues: defaultdict[str, Queue] = defaultdict(lambda: asyncio.Queue(longest_queue))

    async def publish(self, message: Message) -> None:
        """Put a message into the queue of its entity; PublishError when the queue is full."""
        entity = message.routing_key.partition(".")[0]
        try:
            self._queues[queue_of(entity)].put_nowait((message, 1))
        except asyncio.QueueFull as error:
            raise PublishError("the queue is full") from error

    async def publish_all(self, messages: Sequence[Message]) -> list[PublishError | None]:
        """Put messages into the queues of their entities; tells for each why it found no room."""
        problems: list[PublishError | None] = []
        for message in messages:
            try:
                await self.publish(message)
            except PublishError as error:
                problems.append(error)
            else:
                problems.append(None)
        return problems

    async def consume(
        self, queues: list[str], handler: Handler, *, prefetch: int, stop: asyncio.Event
    ) -> None:
        """Feed `handler` until `stop`; at most `prefetch` messages of a queue at once."""
        # The group is left when the last handler has finished.
        async with asyncio.TaskGroup() as group:
            feeders = [
                group.create_task(_feed(self._queues[name], handler, prefetch, stop, group))
                for name in queues
            ]
            await stop.wait()
            for feeder in feeders:
                feeder.cancel()

    async def close(self) -> None:
        """Nothing to let go of."""


async def _feed(
    queue: Queue, handler: Handler, prefetch: int, stop: asyncio.Event, group: asyncio.TaskGroup
) -> None:
    places = asyncio.Semaphore(prefetch)
    while True:
        await places.acquire()
        message, delivery = await queue.get()
        task = group.create_task(_handle(queue, handler, message, delivery, stop))
        task.add_done_callback(lambda _done: places.release())


async def _handle(
    queue: Queue, handler: Handler, message: Message, delivery: int, stop: asyncio.Event
) -> None:
    try:
        await handler(message)
    except Exception:
        dead = delivery > DELIVERY_LIMIT
        LOG.exception("message.failed", message_id=message.message_id, delivery=delivery, dead=dead)
        if dead:
            return
        await pause(stop, redelivery_pause(delivery))
        # Full of newer ones: the journal's sweep brings this one back.
        with contextlib.suppress(asyncio.QueueFull):
            queue.put_nowait((replace(message, redelivered=True), delivery + 1))
