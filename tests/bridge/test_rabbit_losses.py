"""RabbitMQ may go, hang up, or lose its queues: the bus says so, comes back, and loses no work."""

import asyncio
import io
import json
from collections.abc import AsyncIterator

import aio_pika
import httpx
import pytest
from yarl import URL

from bridge import logs
from bridge.bus import Message, PublishError
from bridge.ports import free_port
from bridge.rabbit import RabbitBus
from tests.bridge.buses import bus_at, consuming, delete, holds, knock, published, until
from tests.bridge.cable import cable_to
from tests.servers.rabbitmq import Broker


@pytest.fixture
async def bus(amqp_url: str) -> AsyncIterator[RabbitBus]:
    async with bus_at(amqp_url) as opened:
        yield opened


async def hang_up(broker: Broker, url: str) -> None:
    """Let the broker close every connection to the virtual host."""
    host = URL(url).path.strip("/")
    api = f"{broker.management}/api/"
    async with httpx.AsyncClient(base_url=api, trust_env=False, timeout=30) as client:
        closed = 0
        async with asyncio.timeout(60):
            while not closed:  # the management interface learns of connections with a delay
                rows = (await client.get(f"vhosts/{host}/connections")).json()
                for row in rows:
                    await client.delete(f"connections/{row['name']}")
                closed = len(rows)
                await asyncio.sleep(0.2)


async def test_a_message_is_acknowledged_after_the_work_and_not_before(amqp_url: str) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    again: list[Message] = []

    async def work(message: Message) -> None:
        if message.redelivered:
            again.append(message)
        begun.set()
        await may_end.wait()

    async with cable_to(amqp_url) as (url, cable), bus_at(url) as bus, consuming(bus, work):
        await bus.publish(knock())
        await begun.wait()
        cable.pull()
        may_end.set()
        await until(lambda: again)
        await until(lambda: holds(amqp_url, "processor.invoice", 0))


async def test_publishing_and_consuming_go_on_after_the_broker_hung_up(
    bus: RabbitBus, broker: Broker, amqp_url: str
) -> None:
    heard: list[str] = []
    async with consuming(bus, lambda message: heard.append(message.message_id)):
        await hang_up(broker, amqp_url)
        await until(lambda: published(bus, knock(9)))
        await until(lambda: "9" in heard)


async def test_a_publish_whose_confirm_is_lost_is_told(amqp_url: str) -> None:
    async with cable_to(amqp_url) as (url, cable), bus_at(url) as bus:
        cable.hush()
        outstanding = [asyncio.create_task(bus.publish(knock(number))) for number in range(50)]
        await until(lambda: holds(amqp_url, "processor.invoice", 50))
        cable.pull()
        results = await asyncio.gather(*outstanding, return_exceptions=True)

    assert {type(result) for result in results} == {PublishError}


async def test_a_deleted_queue_is_declared_again_and_consumed(
    bus: RabbitBus, amqp_url: str
) -> None:
    heard: list[str] = []
    async with consuming(bus, lambda message: heard.append(message.message_id)):
        await bus.publish(knock(1))
        await until(lambda: heard)
        await delete(amqp_url, "processor.invoice")
        await until(lambda: published(bus, knock(2)))
        await until(lambda: "2" in heard)


async def test_a_bus_without_a_broker_opens_and_says_so_at_each_publish() -> None:
    async with bus_at(f"amqp://guest:guest@127.0.0.1:{free_port()}/") as bus:
        assert not bus.connected
        with pytest.raises(PublishError, match="away"):
            await bus.publish(knock())


async def test_a_broker_that_lets_us_in_and_no_further_is_asked_ever_more_rarely(
    amqp_url: str,
) -> None:
    async with await aio_pika.connect(amqp_url) as connection, connection.channel() as channel:
        await channel.declare_queue("processor.invoice", durable=True)
    stream = io.StringIO()
    logs.configure("json", "warning", stream)

    async with bus_at(amqp_url):
        await until(lambda: stream.getvalue().count("broker.away") >= 3)

    away = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [each["retry_seconds"] for each in away[:3]] == [0.25, 0.5, 1.0]
    assert "processor.invoice" in away[0]["problem"]


async def test_a_consumer_without_a_broker_stops_when_told() -> None:
    async with (
        bus_at(f"amqp://guest:guest@127.0.0.1:{free_port()}/") as bus,
        consuming(bus, print) as stop,
    ):
        stop.set()


async def test_closing_does_not_wait_for_a_broker_that_fell_silent(amqp_url: str) -> None:
    async with cable_to(amqp_url) as (url, cable), bus_at(url):
        cable.hush()


async def test_closing_in_the_midst_of_declaring_anew_ends(bus: RabbitBus) -> None:
    await published(bus, knock(key="bill.created"))


async def test_a_consumer_that_is_cancelled_while_it_opens_ends(bus: RabbitBus) -> None:
    async def work(_message: Message) -> None:
        """Nothing comes."""

    for turns in range(0, 60, 2):
        consuming_task = asyncio.create_task(
            bus.consume(["processor.invoice"], work, prefetch=1, stop=asyncio.Event())
        )
        for _ in range(turns):
            await asyncio.sleep(0)
        consuming_task.cancel()
        async with asyncio.timeout(60):
            with pytest.raises(asyncio.CancelledError):
                await consuming_task
