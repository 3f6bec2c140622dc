"""The broker's port: publish with a confirm, consume with an ack after the work."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

# A message whose handler raised is given out again this often, then it is set aside.
DELIVERY_LIMIT: Final = 5
LONGEST_PAUSE: Final = 4.0  # seconds


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `kind` is its versioned type; `redelivered`: it was handed out before."""

    routing_key: str
    kind: str
    message_id: str
    body: bytes
    redelivered: bool = False


Handler = Callable[[Message], Awaitable[None]]


class PublishError(Exception):
    """The broker did not take the message (unroutable, refused, no confirm in time): try later."""


def queue_of(entity: str) -> str:
    """Name the queue from which the processors of an entity read."""
    return f"processor.{entity}"


def redelivery_pause(delivery: int) -> float:
    """Seconds to wait after hand-out number `delivery` (1, 2 …) failed; grows each time."""
    return min(0.05 * math.pow(3, delivery - 1), LONGEST_PAUSE)


class Bus(Protocol):
    """What the bridge asks of a broker."""

    async def publish(self, message: Message) -> None:
        """Hand a message over; returns once it is confirmed, PublishError when it is not."""

    async def publish_all(self, messages: Sequence[Message]) -> list[PublishError | None]:
        """Hand messages over together, at a fraction of the cost of one by one.

        Tells for each why it is not confirmed, None when it is.
        """

    async def consume(
        self, queues: list[str], handler: Handler, *, prefetch: int, stop: asyncio.Event
    ) -> None:
        """Feed `handler` from `queues` until `stop` is set, then finish what was taken.

        A message is acknowledged after its handler returned; when the handler raises, the broker
        gives it out again up to its delivery limit and then sets it aside.
        """

    async def close(self) -> None:
        """Let go of the broker."""
