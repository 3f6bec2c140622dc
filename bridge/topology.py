"""What is declared on RabbitMQ, every limit explicitly, so that all its versions behave alike."""

from collections.abc import Sequence
from typing import Final

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import ChannelPreconditionFailed
from pamqp.common import FieldTable

from bridge.bus import DELIVERY_LIMIT, queue_of

EXCHANGE: Final = "zoho.events"
DEAD_EXCHANGE: Final = "zoho.events.dead"
DEAD_QUEUE: Final = "processor.dead"
LONGEST_QUEUE: Final = 1_000_000
LONGEST_DEAD_QUEUE: Final = 100_000
TIMEOUT: Final = 10.0  # seconds for one declaration


class TopologyError(Exception):
    """The broker holds a queue or exchange of the same name with other arguments."""


async def declare(
    connection: AbstractConnection, entities: Sequence[str], *, longest: int = LONGEST_QUEUE
) -> None:
    """Declare the exchanges, a queue for each entity, and the dead letters; idempotent.

    Raises TopologyError when the broker has them in another shape, aio_pika's errors when it is
    away. `longest` is the number of messages after which a queue refuses more.
    """
    try:
        async with connection.channel(publisher_confirms=False) as channel:
            await _declare(channel, entities, longest)
    except ChannelPreconditionFailed as error:
        remedy = "Delete it once its consumers have stopped; nothing is lost, it is declared anew"
        raise TopologyError(f"{error}. {remedy}") from error


async def _declare(channel: AbstractChannel, entities: Sequence[str], longest: int) -> None:
    dead = await channel.declare_exchange(
        DEAD_EXCHANGE, ExchangeType.FANOUT, durable=True, timeout=TIMEOUT
    )
    coffin = await channel.declare_queue(
        DEAD_QUEUE, durable=True, arguments=_limits(LONGEST_DEAD_QUEUE), timeout=TIMEOUT
    )
    await coffin.bind(dead, timeout=TIMEOUT)
    events = await channel.declare_exchange(
        EXCHANGE, ExchangeType.TOPIC, durable=True, timeout=TIMEOUT
    )
    for entity in entities:
        queue = await channel.declare_queue(
            queue_of(entity), durable=True, arguments=_live(longest), timeout=TIMEOUT
        )
        await queue.bind(events, f"{entity}.*", timeout=TIMEOUT)


def _limits(longest: int) -> FieldTable:
    return {
        "x-queue-type": "quorum",
        "x-max-length": longest,
        "x-overflow": "reject-publish",
    }


def _live(longest: int) -> FieldTable:
    return _limits(longest) | {
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": DEAD_EXCHANGE,
        "x-dead-letter-strategy": "at-least-once",
    }
