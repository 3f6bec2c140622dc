"""The message on RabbitMQ: a knock on a document's door. It holds ids only, no personal data."""

import json
from typing import Final, NamedTuple

TYPE: Final = "zoho.event/1"


class Knock(NamedTuple):
    """One event that waits to be decided.

    `event` is the journal's number, `connection` the connection's, `entity`, `trigger` and
    `document` (Zoho's id) are for routing and graphs; the truth stays in the journal.
    """

    event: int
    connection: int
    entity: str
    trigger: str
    document: str
    request: str

    @property
    def routing_key(self) -> str:
        """`<entity>.<trigger>` on the topic exchange."""
        return f"{self.entity}.{self.trigger}"


_DENSE: Final = json.JSONEncoder(separators=(",", ":"))


def encode(knock: Knock) -> bytes:
    """Write a knock as the body of a `zoho.event/1` message."""
    return _DENSE.encode(knock._asdict()).encode()


def decode(kind: str | None, body: bytes) -> Knock:
    """Read a message body of type `kind`; ValueError when the type or a field is not ours.

    Fields that a later release adds are passed over: an additive change keeps the version.
    """
    if kind != TYPE:
        raise ValueError(f"message type {kind!r} is not {TYPE}")
    try:
        found = json.loads(body)
        return Knock(
            event=int(found["event"]),
            connection=int(found["connection"]),
            entity=str(found["entity"]),
            trigger=str(found["trigger"]),
            document=str(found["document"]),
            request=str(found["request"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"message of type {TYPE} does not read: {error!r}") from error
