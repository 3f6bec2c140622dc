"""Which passwords are taken, and how they are kept."""

import asyncio

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
    passwords, running, most = Passwords(), 0, 0

    class Counting:
        def hash(self, _password: str) -> str:
            nonlocal running, most
            running += 1
            most = max(most, running)
            asyncio.run(asyncio.sleep(0.01))
            running -= 1
            return ""

    passwords._hasher = Counting()  # type: ignore[assignment]  # a stand-in
    await asyncio.gather(*(passwords.hash("x") for _ in range(8)))

    assert most == 2
