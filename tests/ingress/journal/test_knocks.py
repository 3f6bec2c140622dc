"""Knocks on a real RabbitMQ: behind the answer, never in its way, and made good by the sweep."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bridge import rabbit
from bridge.bus import Message, PublishError
from bridge.local_bus import LocalBus
from bridge.postgres import Pool
from bridge.rabbit import RabbitBus
from ingress.journal.knocks import Knocks, republish
from schemas.messages import TYPE, Knock, decode, encode
from schemas.words import ENTITIES
from tests.bridge.buses import consuming, holds, until
from tests.bridge.cable import cable_to
from tests.ingress.conftest import ENDPOINT, Door, connect, opened, stamped

LONG_AGO = "now() - interval '1 hour'"


class Refusing(LocalBus):
    """A bus whose broker takes nothing, as when it is away; remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Message] = []

    async def publish_all(self, messages: Sequence[Message]) -> list[PublishError | None]:
        self.asked += messages
        return [PublishError("the broker is away") for _ in messages]


@asynccontextmanager
async def bus_at(url: str) -> AsyncIterator[RabbitBus]:
    bus = await rabbit.connect(url, ENTITIES)
    try:
        yield bus
    finally:
        await bus.close()


async def marked(pool: Pool) -> int:
    count: int = await pool.fetchval("SELECT count(published_at) FROM events")
    return count


async def test_an_accepted_event_is_knocked_on_its_entity_s_queue(
    pool: Pool, amqp_url: str
) -> None:
    number = await connect(pool)
    heard: list[Message] = []
    async with bus_at(amqp_url) as bus, consuming(bus, heard.append), opened(pool, bus) as door:
        await door.post(stamped("46"), **{"X-Request-ID": "r1"})
        await until(lambda: heard)
        [event] = await door.events()

    [message] = heard
    assert (message.routing_key, message.kind) == ("invoice.created", TYPE)
    assert message.message_id == str(event["id"])
    assert decode(message.kind, message.body) == Knock(
        event["id"], number, "invoice", "created", "46", "r1"
    )


async def test_a_confirmed_knock_is_noted(pool: Pool, amqp_url: str) -> None:
    await connect(pool)
    async with bus_at(amqp_url) as bus, opened(pool, bus) as door:
        await asyncio.gather(*(door.post(stamped(str(n))) for n in range(20)))

        async def noted() -> bool:
            return await marked(pool) == 20

        await until(noted)


async def test_a_stop_publishes_and_notes_what_waits(pool: Pool, amqp_url: str) -> None:
    await connect(pool)
    async with bus_at(amqp_url) as bus:
        async with opened(pool, bus) as door:
            await asyncio.gather(*(door.post(stamped(str(n))) for n in range(50)))

        assert await marked(pool) == 50
        await until(lambda: holds(amqp_url, "processor.invoice", 50))


async def test_in_a_crowd_knocks_give_way_to_webhooks(pool: Pool) -> None:
    bus, crowded = Refusing(), [True]
    knocks = Knocks(pool, bus, lambda: crowded[0])
    publishing = asyncio.create_task(knocks.run())
    knocks.announce(Knock(1, 1, "invoice", "created", "46", "r"))
    await asyncio.sleep(0.1)
    in_the_crowd = len(bus.asked)

    crowded[0] = False
    await until(lambda: bus.asked)

    assert in_the_crowd == 0
    publishing.cancel()
    await asyncio.wait([publishing])


async def test_parked_held_and_repeated_events_are_not_knocked(pool: Pool) -> None:
    await connect(pool)
    bus = Refusing()
    async with opened(pool, bus) as door:
        await door.post(stamped())
        await door.post(stamped())
        await door.post({"invoice": {}})
        await door.post({"salesorder": {"salesorder_id": "1"}})
        await pool.execute("UPDATE connections SET enabled = false")
        await door.post(stamped("47"))

    assert [message.routing_key for message in bus.asked] == ["invoice.created"]


async def test_without_a_broker_webhooks_are_accepted_and_later_swept(
    pool: Pool, amqp_url: str
) -> None:
    await connect(pool)
    async with cable_to(amqp_url) as (near, cable), bus_at(near) as bus:
        async with opened(pool, bus) as door:
            cable.hush()
            answers = [await door.post(stamped(str(number))) for number in range(5)]
            cable.pull()
        assert [answer.status_code for answer in answers] == [202] * 5

        swept = 0
        while swept < 5:  # the bus may not know yet that it was cut off
            swept += await republish(pool, bus, older_than=0)

        # What the broker took before its confirm was lost comes once more, which is harmless.
        assert (swept, await marked(pool)) == (5, 5)


async def test_a_broker_that_is_back_gets_the_next_knock(pool: Pool, amqp_url: str) -> None:
    await connect(pool)
    heard: list[Message] = []
    async with (
        cable_to(amqp_url) as (near, cable),
        bus_at(near) as bus,
        consuming(bus, heard.append),
        opened(pool, bus) as door,
    ):
        cable.pull()
        await until(lambda: not bus.connected)
        await until(lambda: bus.connected)
        await door.post(stamped("48"))
        await until(lambda: heard)


async def test_the_sweep_takes_the_oldest_first_and_only_what_is_due(door: Door) -> None:
    for zoho_id in ("old", "young", "unheard", "forgotten", "decided", "held"):
        await door.post(stamped(zoho_id))
    await asyncio.sleep(0)
    for zoho_id, change in {
        "old": f"received_at = {LONG_AGO}, published_at = NULL",
        "young": "published_at = NULL",
        "unheard": f"received_at = {LONG_AGO}, published_at = now() - interval '50 minutes'",
        "forgotten": "received_at = now() - interval '2 minutes',"
        " published_at = now() - interval '90 seconds'",
        "decided": f"received_at = {LONG_AGO}, published_at = NULL, state = 'decided'",
        "held": f"received_at = {LONG_AGO}, published_at = NULL, state = 'held'",
    }.items():
        await door.pool.execute(f"UPDATE events SET {change} WHERE zoho_id = $1", zoho_id)  # noqa: S608  our own words
    bus = Refusing()

    await republish(door.pool, bus)

    assert [decode(each.kind, each.body).document for each in bus.asked] == [
        "old",
        "unheard",
        "forgotten",
    ]


async def test_a_long_backlog_is_swept_from_its_oldest_end(pool: Pool) -> None:
    await pool.execute(
        "INSERT INTO events (connection_id, entity, zoho_id, trigger, touches, fingerprint,"
        " content_type, body, request_id)"
        " SELECT $1, 'bill', n::text, 'edited', '{}', '', '', '', 'r'"
        " FROM generate_series(1, 150) n",
        await connect(pool),
    )
    bus = Refusing()

    await republish(pool, bus, older_than=0)

    assert [int(message.message_id) for message in bus.asked] == list(range(1, 101))


async def test_each_further_knock_waits_twice_as_long(door: Door) -> None:
    await door.post(stamped())
    due = []
    for received, published in ((70, 61), (200, 61), (300, 151)):
        await door.pool.execute(
            "UPDATE events SET received_at = now() - make_interval(secs => $1),"
            " published_at = now() - make_interval(secs => $2)",
            *(received, published),
        )
        due.append(await republish(door.pool, LocalBus()))

    assert due == [1, 0, 1]


async def test_what_the_broker_does_not_take_stays_due(pool: Pool) -> None:
    await connect(pool)
    async with opened(pool, Refusing()) as door:
        await asyncio.gather(*(door.post(stamped(str(n))) for n in range(5)))
    bus = Refusing()

    assert await republish(pool, bus, older_than=0) == 0
    assert len(bus.asked) == 5
    assert await republish(pool, LocalBus(), older_than=0) == 5
    assert await republish(pool, LocalBus(), older_than=0) == 0


async def test_sweepers_at_the_same_time_never_double(pool: Pool, amqp_url: str) -> None:
    await connect(pool)
    async with opened(pool, Refusing()) as door:
        await asyncio.gather(*(door.post(stamped(str(n))) for n in range(250)))
    async with bus_at(amqp_url) as bus:
        swept = await asyncio.gather(*(republish(pool, bus, older_than=0) for _ in range(4)))

        assert sum(swept) == 250
        await until(lambda: holds(amqp_url, "processor.invoice", 250))


async def test_a_sweep_that_finds_nothing_does_nothing(pool: Pool, amqp_url: str) -> None:
    async with bus_at(amqp_url) as bus:
        assert await republish(pool, bus, older_than=0) == 0


@pytest.mark.parametrize("module", ["contact", "bill"])
async def test_every_entity_has_its_key(pool: Pool, module: str) -> None:
    await connect(pool)
    bus = Refusing()
    async with opened(pool, bus) as door:
        await door.post({f"{module}_id": "5"}, f"{ENDPOINT}/{module}/deleted")

    assert [message.routing_key for message in bus.asked] == [f"{module}.deleted"]


def test_a_knock_is_read_as_it_was_written() -> None:
    knock = Knock(12, 3, "invoice", "edited", "460", 'r"1')

    assert decode(TYPE, encode(knock)) == knock
