"""RabbitMQ, on a real broker: what it does not take is told, what fails comes again, then rests."""

import asyncio
from collections.abc import AsyncIterator

import aio_pika
import pytest

from bridge import topology
from bridge.bus import DELIVERY_LIMIT, Message, PublishError
from bridge.rabbit import AWAY, RabbitBus, why
from tests.bridge.buses import ENTITIES, bus_at, consuming, holds, knock, published, until


@pytest.fixture
async def bus(amqp_url: str) -> AsyncIterator[RabbitBus]:
    async with bus_at(amqp_url) as opened:
        yield opened


async def test_a_message_reaches_its_entity_s_consumer_unchanged(bus: RabbitBus) -> None:
    heard: list[Message] = []
    async with consuming(bus, heard.append):
        await bus.publish(knock(7))
        await bus.publish(knock(8, "contact.deleted"))
        await until(lambda: len(heard) == 2)

    assert {message.message_id: message for message in heard} == {
        "7": knock(7),
        "8": knock(8, "contact.deleted"),
    }


async def test_a_message_that_no_queue_takes_is_not_published(bus: RabbitBus) -> None:
    with pytest.raises(PublishError, match=r"no queue takes bill\.created"):
        await bus.publish(knock(key="bill.created"))


async def test_a_full_queue_refuses(amqp_url: str) -> None:
    async with bus_at(amqp_url, longest_queue=1) as bus:
        assert await published(bus, knock())

        async def refused() -> bool:
            return not await published(bus, knock())

        await until(refused)


async def test_nothing_to_publish_is_no_trouble(bus: RabbitBus) -> None:
    assert await bus.publish_all([]) == []


async def test_each_of_several_messages_has_its_own_outcome(bus: RabbitBus, amqp_url: str) -> None:
    taken, lost = await bus.publish_all([knock(1), knock(2, "bill.created")])

    assert taken is None
    assert isinstance(lost, PublishError)
    await until(lambda: holds(amqp_url, "processor.invoice", 1))


async def test_many_publishes_may_be_outstanding(bus: RabbitBus, amqp_url: str) -> None:
    await asyncio.gather(*(bus.publish(knock(number)) for number in range(200)))

    await until(lambda: holds(amqp_url, "processor.invoice", 200))


async def test_a_message_that_keeps_failing_is_set_aside_after_the_limit(
    bus: RabbitBus, amqp_url: str
) -> None:
    heard: list[Message] = []

    def fail(message: Message) -> None:
        heard.append(message)
        raise ValueError("the handler broke")

    async with consuming(bus, fail):
        await bus.publish(knock(13))
        await until(lambda: len(heard) > DELIVERY_LIMIT)

    assert len(heard) == DELIVERY_LIMIT + 1
    assert [message.redelivered for message in heard] == [False] + [True] * DELIVERY_LIMIT
    await until(lambda: holds(amqp_url, "processor.dead", 1))


async def test_a_neighbour_of_a_failing_message_is_handled(bus: RabbitBus) -> None:
    heard: list[str] = []

    def work(message: Message) -> None:
        if message.message_id == "1":
            raise ValueError("the handler broke")
        heard.append(message.message_id)

    async with consuming(bus, work):
        await bus.publish(knock(1))
        await bus.publish(knock(2))
        await until(lambda: heard == ["2"])


async def test_a_stop_finishes_what_was_taken_and_takes_no_more(
    bus: RabbitBus, amqp_url: str
) -> None:
    begun, may_end, done = asyncio.Event(), asyncio.Event(), []

    async def work(message: Message) -> None:
        begun.set()
        await may_end.wait()
        done.append(message.message_id)

    async with consuming(bus, work, prefetch=1) as stop:
        await bus.publish(knock(1))
        await bus.publish(knock(2))
        await begun.wait()
        stop.set()
        may_end.set()

    assert done == ["1"]
    await until(lambda: holds(amqp_url, "processor.invoice", 1))


async def test_a_queue_of_another_shape_is_named(amqp_url: str) -> None:
    async with await aio_pika.connect(amqp_url) as connection:
        async with connection.channel() as channel:
            await channel.declare_queue("processor.invoice", durable=True)

        with pytest.raises(topology.TopologyError, match=r"processor\.invoice"):
            await topology.declare(connection, ENTITIES)


async def test_a_virtual_host_that_is_not_there_is_named(amqp_url: str) -> None:
    with pytest.raises(AWAY) as caught:
        await aio_pika.connect(f"{amqp_url}_of_nobody")

    assert "the virtual host is not there" in why(caught.value)
