"""A bus on a real broker, and ways to look at what the broker holds."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aio_pika

from bridge import rabbit
from bridge.bus import Message, PublishError, queue_of
from bridge.rabbit import RabbitBus

ENTITIES = ("invoice", "contact")


def knock(number: int = 1, key: str = "invoice.created") -> Message:
    return Message(key, "zoho.event/1", str(number), b'{"event":%d}' % number)


@asynccontextmanager
async def bus_at(url: str, **limits: int) -> AsyncIterator[RabbitBus]:
    bus = await rabbit.connect(url, ENTITIES, **limits)
    try:
        yield bus
    finally:
        await bus.close()


@asynccontextmanager
async def consuming(
    bus: RabbitBus, handler: Callable[[Message], object], prefetch: int = 5
) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()

    async def handle(message: Message) -> None:
        result = handler(message)
        if asyncio.iscoroutine(result):
            await result

    queues = [queue_of(entity) for entity in ENTITIES]
    consumer = asyncio.create_task(bus.consume(queues, handle, prefetch=prefetch, stop=stop))
    try:
        yield stop
    finally:
        stop.set()
        await consumer


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not await answer(condition()):  # noqa: ASYNC110  the broker sets no event of ours
            await asyncio.sleep(0.02)


async def answer(value: object) -> object:
    return await value if inspect.isawaitable(value) else value


async def published(bus: RabbitBus, message: Message) -> bool:
    try:
        await bus.publish(message)
    except PublishError:
        return False
    return True


async def holds(url: str, queue: str, number: int) -> bool:
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        declared = await channel.declare_queue(queue, passive=True)
        return declared.declaration_result.message_count == number


async def delete(url: str, queue: str) -> None:
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        await channel.queue_delete(queue)
