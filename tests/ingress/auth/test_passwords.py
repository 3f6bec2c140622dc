"""Which passwords are taken, and how they are kept."""

import asyncio
import threading

import pytest

from ingress.auth.passwords import Passwords, WeakPasswordError, check


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "12 to 256"),
        ("x" * 257, "12 to 256"),
        ("aaaabbbbaaaabbbb", "repeats"),
        ("johanna's door", "account's name"),
        ("my Passw0rd 1987", "easily guessed"),
        ("QWERTYUIOP-2026", "easily guessed"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password: str, why: str) -> None:
    with pytest.raises(WeakPasswordError, match=why):
        check(password, "johanna@example.com")


@pytest.mark.parametrize("password", ["four plain words here", "ß ünïcödé pässt", "k3#Zw!9pQr$7"])
def test_any_long_text_is_taken(password: str) -> None:
    check(password, "johanna@example.com")


async def test_a_password_is_kept_as_argon2id_and_fits_itself_alone() -> None:
    passwords = Passwords()
    stored = await passwords.hash("four plain words")

    assert stored.startswith("$argon2id$")
    assert await passwords.fits("four plain words", stored)
    assert not await passwords.fits("four plain word", stored)
    assert not await passwords.fits("nobody", None)
    assert not await passwords.fits("anything", "not a hash")


async def test_no_more_than_two_are_hashed_at_once() -> None:
    passwords, begun, may_end = Passwords(), list[str](), threading.Event()

    class Waiting:
        def hash(self, password: str) -> str:
            begun.append(password)
            may_end.wait()
            return ""

    passwords._hasher = Waiting()  # type: ignore[assignment]  # a stand-in
    hashing = asyncio.gather(*(passwords.hash("x") for _ in range(8)))
    while len(begun) < 2:  # noqa: ASYNC110  threads of their own
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)  # for a third, if there were one
    at_once = len(begun)
    may_end.set()
    await hashing

    assert (at_once, len(begun)) == (2, 8)
