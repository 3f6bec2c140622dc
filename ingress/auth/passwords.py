"""Passwords: argon2id, two at a time, and which are too weak to be taken."""

import asyncio
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 12
LONGEST: Final = 256
DISTINCT: Final = 6  # characters: aaaaaaaaaaaa is no password
AT_ONCE: Final = 2  # each hash takes 64 MiB: sign-ins must not exhaust the memory
OBVIOUS: Final = ("password", "passwort", "123456789", "qwertyuiop", "letmein", "iloveyou")
SHIFTED: Final = str.maketrans("@430$5!17", "aaeossiit")


class WeakPasswordError(ValueError):
    """The password can't be taken; the text says why, and what would be."""


def check(password: str, name: str) -> None:
    """Refuse a password that is short, or easily guessed; raises WeakPasswordError."""
    plain = password.lower().translate(SHIFTED)
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPasswordError(f"The password must have {SHORTEST} to {LONGEST} characters")
    if len(set(password)) < DISTINCT:
        raise WeakPasswordError("The password repeats a few characters: take several words")
    if name.partition("@")[0].lower() in password.lower() and len(name) >= DISTINCT:
        raise WeakPasswordError("The password holds the account's name: take several words")
    if any(word.translate(SHIFTED) in plain for word in OBVIOUS):
        raise WeakPasswordError("The password is easily guessed: take several words")


class Passwords:
    """Hashes and verifies, off the event loop, at most two at a time in this process."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._room = asyncio.Semaphore(AT_ONCE)
        # What an unknown user's password is held against, so that both take the same time.
        self._nobody = self._hasher.hash("nobody")

    async def hash(self, password: str) -> str:
        """Give the hash that is stored."""
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, password: str, stored: str | None) -> bool:
        """Say whether a password is the stored one; None stands for an unknown user."""
        async with self._room:
            fits = await asyncio.to_thread(self._verify, password, stored or self._nobody)
        return fits and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Say whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _verify(self, password: str, stored: str) -> bool:
        try:
            return self._hasher.verify(stored, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
