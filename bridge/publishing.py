"""Publishing many messages in one write, each with a confirm of its own.

Publishing one by one costs the client three to four times as much: a task, a lock, a timer, a
write and three frames for each message.
"""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from aiormq.abc import ChannelFrame
from aiormq.channel import Channel
from pamqp import frame
from pamqp.body import ContentBody
from pamqp.commands import Basic
from pamqp.header import ContentHeader

from bridge.bus import Message
from bridge.topology import EXCHANGE

PERSISTENT: Final = 2
Outcome = BaseException | None


async def publish_together(
    channel: Channel, messages: Sequence[Message], *, patience: float
) -> list[Outcome]:
    """Publish on a channel with confirms; returns for each message None, or why it has none.

    `patience` in seconds, for the sending and again for the confirms. Raises aiormq's errors when
    the channel is closed, and TimeoutError when nothing could be sent.
    """
    async with asyncio.timeout(patience):
        confirms = await _send(channel, messages)
    await asyncio.wait(confirms, timeout=patience)
    return [_outcome(confirm) for confirm in confirms]


def properties(message: Message) -> Basic.Properties:
    """The properties of a message: it outlives the broker, and names its type and its event."""
    return Basic.Properties(
        content_type="application/json",
        delivery_mode=PERSISTENT,
        message_type=message.kind,
        message_id=message.message_id,
    )


async def _send(channel: Channel, messages: Sequence[Message]) -> "list[asyncio.Future[object]]":
    payload = b"".join(_frames(message, channel.number) for message in messages)
    # The lock keeps the confirms' numbers in the order of the writes.
    async with channel.lock:
        confirms = [_expect(channel, message) for message in messages]
        try:
            await channel.write_queue.put(ChannelFrame(payload, should_close=False))
        except BaseException:
            _forget(channel, messages)  # the broker saw none of them and has not counted
            raise
    return confirms


def _expect(channel: Channel, message: Message) -> "asyncio.Future[object]":
    channel.delivery_tag += 1
    tag, name = channel.delivery_tag, message.message_id
    confirm: asyncio.Future[object] = channel.create_future()
    channel.confirmations[tag] = confirm
    channel.message_id_delivery_tag[name] = tag
    confirm.add_done_callback(lambda _: channel.message_id_delivery_tag.pop(name, None))
    return confirm


def _forget(channel: Channel, messages: Sequence[Message]) -> None:
    for _ in messages:
        channel.confirmations.pop(channel.delivery_tag).cancel()
        channel.delivery_tag -= 1


def _frames(message: Message, channel: int) -> bytes:
    header = ContentHeader(properties=properties(message), body_size=len(message.body))
    return b"".join(
        (
            _publish(message.routing_key, channel),
            frame.marshal(header, channel),
            frame.marshal(ContentBody(message.body), channel),
        )
    )


@lru_cache(maxsize=64)
def _publish(routing_key: str, channel: int) -> bytes:
    method = Basic.Publish(exchange=EXCHANGE, routing_key=routing_key, mandatory=True)
    return frame.marshal(method, channel)


def _outcome(confirm: "asyncio.Future[object]") -> Outcome:
    if not confirm.done():
        confirm.cancel()
        return TimeoutError("no confirm in time")
    if confirm.cancelled():
        return ConnectionError("the channel closed before the confirm")
    return confirm.exception()
