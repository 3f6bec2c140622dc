"""A request's body comes in parts, at its sender's pace, and not always to its end."""

import asyncio

import pytest
from starlette.types import Message, Receive

from ingress.body import LARGEST, CutOffError, TooLargeError, read_body


def coming(*messages: Message) -> Receive:
    """Give the messages one by one, then nothing more."""
    left = list(messages)

    async def receive() -> Message:
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    return receive


def part(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_the_parts_are_put_together() -> None:
    receive = coming(part(b"a"), part(b""), part(b"bc"), part(b"d", more=False))

    assert await read_body(receive, None) == b"abcd"


async def test_a_body_may_be_as_large_as_allowed() -> None:
    body = b"x" * LARGEST

    assert await read_body(coming(part(body, more=False)), b"%d" % LARGEST) == body


@pytest.mark.parametrize("declared", [None, b"1", b"nonsense", b"%d" % (LARGEST + 1)])
async def test_a_larger_one_is_refused_whatever_it_declares(declared: bytes | None) -> None:
    receive = coming(part(b"x" * LARGEST), part(b"x"), part(b"", more=False))

    with pytest.raises(TooLargeError):
        await read_body(receive, declared)


async def test_a_sender_who_hangs_up_is_noticed() -> None:
    with pytest.raises(CutOffError, match="ended"):
        await read_body(coming(part(b"a"), {"type": "http.disconnect"}), None)


async def test_a_sender_who_drips_is_not_waited_for() -> None:
    with pytest.raises(CutOffError, match=r"within 0\.05 seconds"):
        await read_body(coming(part(b"a")), None, patience=0.05)
