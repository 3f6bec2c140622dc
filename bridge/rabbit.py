"""RabbitMQ: confirmed publishing, consumers that ack after the work, reconnecting without end."""

import asyncio
import contextlib
import random
from collections.abc import Sequence
from typing import Final, cast

import aio_pika
import structlog
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import CONNECTION_EXCEPTIONS
from aio_pika.exceptions import PublishError as Unroutable
from aiormq.channel import Channel
from aiormq.exceptions import InvalidFrameError

from bridge.bus import Handler, Message, PublishError, redelivery_pause
from bridge.publishing import Outcome, publish_together
from bridge.topology import LONGEST_QUEUE, TopologyError, declare
from bridge.waiting import first, heed_cancellation, pause

LOG = structlog.get_logger()
CONNECT_TIMEOUT: Final = 5.0  # seconds
CLOSE_TIMEOUT: Final = 10.0  # seconds
PUBLISH_TIMEOUT: Final = 5.0  # seconds; a broker in an alarm lets publishers wait without end
REDECLARE_PAUSE: Final = 1.0  # seconds between declarations of what somebody deleted
LONGEST_BACKOFF: Final = 15.0  # seconds
AWAY: Final = (*CONNECTION_EXCEPTIONS, TopologyError)


async def connect(
    url: str, entities: Sequence[str], *, longest_queue: int = LONGEST_QUEUE
) -> "RabbitBus":
    """Open the bus and declare the topology for `entities`.

    When the broker is away it is returned all the same, after the first try, and goes on trying:
    accepting webhooks needs no broker. `longest_queue` as in `topology.declare`.
    """
    bus = RabbitBus(url, entities, longest_queue)
    await bus.tried.wait()
    return bus


class RabbitBus:
    """The broker behind the port of `bridge.bus.Bus`; one connection, kept open by a task."""

    def __init__(self, url: str, entities: Sequence[str], longest_queue: int) -> None:
        self._url = url
        self._entities = entities
        self._longest = longest_queue
        self._connection: AbstractConnection | None = None
        self._publisher: Channel | None = None
        self._up = asyncio.Event()
        self._incomplete = asyncio.Event()
        self._renewed = asyncio.Event()
        self._closing = asyncio.Event()
        self.tried = asyncio.Event()
        self._keeper = asyncio.create_task(self._keep(), name="rabbit.keeper")

    @property
    def connected(self) -> bool:
        """Whether messages can be published now."""
        return self._up.is_set()

    async def publish(self, message: Message) -> None:
        """Hand a message over and wait for the confirm; PublishError when it does not come."""
        [problem] = await self.publish_all([message])
        if problem is not None:
            raise problem

    async def publish_all(self, messages: Sequence[Message]) -> list[PublishError | None]:
        """Hand messages over together; tells for each why it is not confirmed, None when it is."""
        self._raise_if_dead()
        if self._publisher is None or not messages:
            return [PublishError("the broker is away") for _ in messages]
        try:
            outcomes = await publish_together(self._publisher, messages, patience=PUBLISH_TIMEOUT)
        except (*CONNECTION_EXCEPTIONS, TimeoutError) as error:
            return [PublishError(f"not sent: {why(error)}") for _ in messages]
        return [self._problem(*each) for each in zip(messages, outcomes, strict=True)]

    async def consume(
        self, queues: list[str], handler: Handler, *, prefetch: int, stop: asyncio.Event
    ) -> None:
        """Feed `handler` until `stop`, through every loss of the broker; then finish what it has.

        At most `prefetch` messages of a queue are under way at once.
        """
        while not (stop.is_set() or self._closing.is_set()):
            await first(self._up.wait(), stop.wait(), asyncio.shield(self._keeper))
            if stop.is_set() or self._connection is None:
                continue
            problem: BaseException | None = None
            try:
                await self._consume(self._connection, queues, handler, prefetch, stop)
            except* AWAY as errors:
                problem = errors.exceptions[0]
            heed_cancellation()
            if problem is not None:
                LOG.warning("consumer.lost", problem=why(problem))
                self._incomplete.set()
                await pause(stop, REDECLARE_PAUSE)

    async def close(self) -> None:
        """Close the connection; what the broker has not answered by then is given up."""
        self._closing.set()
        await asyncio.wait({self._keeper}, timeout=CLOSE_TIMEOUT)
        self._keeper.cancel()
        await asyncio.wait({self._keeper}, timeout=CLOSE_TIMEOUT)

    async def _consume(
        self,
        connection: AbstractConnection,
        queues: list[str],
        handler: Handler,
        prefetch: int,
        stop: asyncio.Event,
    ) -> None:
        lost = asyncio.Event()
        async with connection.channel(publisher_confirms=False) as channel:
            await channel.set_qos(prefetch_count=prefetch)
            channel.close_callbacks.add(lambda *_: lost.set())
            underlay = await channel.get_underlay_channel()
            underlay.on_consumer_cancel_callbacks.add(lambda _frame: lost.set())
            # The group is left when the last handler has finished.
            async with asyncio.TaskGroup() as group:

                async def take(incoming: AbstractIncomingMessage) -> None:
                    # What still comes after the stop goes back when the channel closes.
                    if not stop.is_set():
                        group.create_task(_handle(incoming, handler, stop))

                opened = [await channel.get_queue(name, ensure=False) for name in queues]
                tags = [(queue, await queue.consume(take)) for queue in opened]
                await first(lost.wait(), stop.wait(), self._renewed.wait())
                if not lost.is_set():
                    for queue, tag in tags:
                        await queue.cancel(tag)

    async def _keep(self) -> None:
        backoff = 0.0
        while not self._closing.is_set():
            try:
                async with await self._open() as connection:
                    await self._watch(connection)
            except AWAY as error:
                heed_cancellation()
                # One that lets us in and no further is no better than one that is away.
                backoff = 0.25 if self.connected else min(backoff * 2 or 0.25, LONGEST_BACKOFF)
                LOG.warning("broker.away", problem=why(error), retry_seconds=round(backoff, 2))
            finally:
                self._connection = self._publisher = None
                self._up.clear()
                self.tried.set()
            await pause(self._closing, backoff * random.uniform(0.5, 1))  # noqa: S311  jitter

    async def _open(self) -> AbstractConnection:
        return await aio_pika.connect(
            self._url,
            timeout=CONNECT_TIMEOUT,
            client_properties={"connection_name": "bridge"},
        )

    async def _watch(self, connection: AbstractConnection) -> None:
        await declare(connection, self._entities, longest=self._longest)
        publisher = connection.channel(publisher_confirms=True, on_return_raises=True)
        await publisher.initialize(timeout=CONNECT_TIMEOUT)
        self._connection = connection
        # The channel below publishes at a fraction of the exchange's cost, with the same confirms.
        self._publisher = cast(Channel, await publisher.get_underlay_channel())
        self._up.set()
        self.tried.set()
        LOG.info("broker.connected")
        while not (connection.is_closed or publisher.is_closed):
            await first(
                connection.closed(),
                publisher.closed(),
                self._incomplete.wait(),
                self._closing.wait(),
            )
            if self._closing.is_set():
                return
            if self._incomplete.is_set() and not connection.is_closed:
                self._incomplete.clear()
                await declare(connection, self._entities, longest=self._longest)
                # A queue declared anew at once keeps its old consumers waiting for nothing.
                self._renewed.set()
                self._renewed = asyncio.Event()
                await pause(self._closing, REDECLARE_PAUSE)
        raise ConnectionError("the connection was closed")

    def _problem(self, message: Message, outcome: Outcome) -> PublishError | None:
        if outcome is None:
            return None
        if isinstance(outcome, Unroutable):
            self._incomplete.set()
            return PublishError(f"no queue takes {message.routing_key}")
        return PublishError(f"not confirmed: {why(outcome)}")

    def _raise_if_dead(self) -> None:
        if self._keeper.done():
            self._keeper.result()


def why(error: BaseException) -> str:
    """Say what stands between us and the broker."""
    if isinstance(error, InvalidFrameError):  # it names the frame's kind, and not what that says
        return "the virtual host is not there, or this user may not enter it"
    return f"{type(error).__name__}: {error}"


async def _handle(incoming: AbstractIncomingMessage, handler: Handler, stop: asyncio.Event) -> None:
    delivery = int(str(incoming.headers.get("x-delivery-count", 0))) + 1
    try:
        await handler(_message(incoming))
    except Exception:
        LOG.exception("message.failed", message_id=incoming.message_id, delivery=delivery)
        await pause(stop, redelivery_pause(delivery))
        with contextlib.suppress(*CONNECTION_EXCEPTIONS):
            await incoming.reject(requeue=True)
    else:
        # The work is committed: when this ack is lost, the repeat is found to be one.
        with contextlib.suppress(*CONNECTION_EXCEPTIONS):
            await incoming.ack()


def _message(incoming: AbstractIncomingMessage) -> Message:
    return Message(
        routing_key=incoming.routing_key or "",
        kind=incoming.type or "",
        message_id=incoming.message_id or "",
        body=incoming.body,
        redelivered=bool(incoming.redelivered),
    )
