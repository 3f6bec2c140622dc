"""A request's body, read within bounds of size and time."""

import asyncio
from typing import Final

from starlette.types import Message, Receive

LARGEST: Final = 1024 * 1024  # bytes; Zoho's documents have some thousands
PATIENCE: Final = 10.0  # seconds for the whole body


class TooLargeError(Exception):
    """The body is longer than allowed."""


class CutOffError(Exception):
    """The body did not come whole, or not in time."""


async def read_body(
    receive: Receive, declared: bytes | None, *, patience: float = PATIENCE
) -> bytes:
    """Read the whole body; `declared` is its Content-Length, `patience` in seconds for all of it.

    Raises TooLargeError as soon as it is known, or CutOffError.
    """
    if declared is not None and declared.isdigit() and int(declared) > LARGEST:
        raise TooLargeError
    parts: list[bytes] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(patience):
            while more:
                message = await receive()
                part, more = _part(message)
                parts.append(part)
                size += len(part)
                if size > LARGEST:
                    raise TooLargeError
    except TimeoutError:
        raise CutOffError(f"the body did not come within {patience:g} seconds") from None
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _part(message: Message) -> tuple[bytes, bool]:
    if message["type"] == "http.disconnect":
        raise CutOffError("the connection ended before the body did")
    return message.get("body", b""), message.get("more_body", False)
