"""The bus inside of one process behaves like the broker, as far as its consumers can tell."""

import asyncio

import pytest

from bridge.bus import DELIVERY_LIMIT, Message, PublishError
from bridge.local_bus import LocalBus

QUEUE = ["processor.invoice"]


def knock(number: int) -> Message:
    return Message("invoice.created", "zoho.event/1", str(number), b"{}")


async def test_each_entity_has_its_own_queue() -> None:
    bus, stop, heard = LocalBus(), asyncio.Event(), []
    await bus.publish(Message("contact.edited", "zoho.event/1", "1", b"{}"))
    await bus.publish(knock(2))

    async def work(message: Message) -> None:
        heard.append(message.message_id)
        stop.set()

    await bus.consume(QUEUE, work, prefetch=5, stop=stop)

    assert heard == ["2"]


async def test_a_message_that_keeps_failing_is_set_aside_after_the_limit() -> None:
    bus, stop, heard = LocalBus(), asyncio.Event(), []
    await bus.publish(knock(1))

    async def work(message: Message) -> None:
        heard.append(message.redelivered)
        if len(heard) > DELIVERY_LIMIT:
            stop.set()
        raise ValueError("the handler broke")

    await bus.consume(QUEUE, work, prefetch=5, stop=stop)

    assert heard == [False] + [True] * DELIVERY_LIMIT
    await bus.publish(knock(2))
    assert await first_in(bus) == "2"


async def first_in(bus: LocalBus) -> str:
    stop, heard = asyncio.Event(), []

    async def work(message: Message) -> None:
        heard.append(message.message_id)
        stop.set()

    await bus.consume(QUEUE, work, prefetch=1, stop=stop)
    return heard[0]


async def test_a_full_queue_refuses() -> None:
    bus = LocalBus(longest_queue=1)
    await bus.publish(knock(1))

    with pytest.raises(PublishError):
        await bus.publish(knock(2))


async def test_no_more_than_the_prefetch_are_under_way_at_once() -> None:
    bus, stop, may_end, begun = LocalBus(), asyncio.Event(), asyncio.Event(), []
    for number in range(5):
        await bus.publish(knock(number))

    async def work(message: Message) -> None:
        begun.append(message.message_id)
        await may_end.wait()
        if len(begun) == 5:
            stop.set()

    consumer = asyncio.create_task(bus.consume(QUEUE, work, prefetch=2, stop=stop))
    for _ in range(20):
        await asyncio.sleep(0)

    assert begun == ["0", "1"]
    may_end.set()
    await consumer


async def test_a_stop_finishes_what_was_taken_and_takes_no_more() -> None:
    bus, stop, finished = LocalBus(), asyncio.Event(), []
    await bus.publish(knock(1))
    await bus.publish(knock(2))

    async def work(message: Message) -> None:
        stop.set()
        await asyncio.sleep(0.05)
        finished.append(message.message_id)

    await bus.consume(QUEUE, work, prefetch=1, stop=stop)

    assert finished == ["1"]
