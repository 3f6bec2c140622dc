"""The consumer on both brokers: what they bring is decided, what nobody knows is passed over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bridge.bus import Bus, Message
from bridge.local_bus import LocalBus
from bridge.postgres import listening
from bridge.rabbit import connect
from processors.shell import consumer
from schemas.messages import TYPE, Knock, encode
from tests.processors.conftest import Journal
from tests.processors.zoho import invoice


@asynccontextmanager
async def opened(name: str, request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    """A broker: the one of one process, or RabbitMQ."""
    bus: Bus = LocalBus()
    if name == "rabbitmq":
        bus = await connect(request.getfixturevalue("amqp_url"), ["invoice"])
    try:
        yield bus
    finally:
        await bus.close()


@pytest.mark.parametrize("broker_name", ["local", "rabbitmq"])
async def test_what_the_broker_brings_is_decided_and_what_nobody_knows_is_passed_over(
    journal: Journal, broker_name: str, request: pytest.FixtureRequest
) -> None:
    stop = asyncio.Event()
    event_id = await journal.arrives("invoice", invoice(), "created")
    knock = Knock(event_id, journal.connection_id, "invoice", "created", "1", "r")
    unknown = Knock(event_id + 77, journal.connection_id, "invoice", "created", "1", "r")
    bodies = [("other/9", b"{}"), (TYPE, b"{}"), (TYPE, encode(unknown)), (TYPE, encode(knock))]

    async with (
        opened(broker_name, request) as bus,
        listening(journal.pool, "outbox", lambda _connection: stop.set()),
        asyncio.timeout(60),
    ):
        for kind, body in bodies:
            await bus.publish(Message("invoice.created", kind, "m", body))
        await consumer.run(journal.pool, bus, ["invoice"], concurrency=4, stop=stop)

    assert await journal.states() == ["decided"]
    assert [kind for kind, _, _ in await journal.commands()] == ["contact.put", "invoice.put"]
