"""Whoever asks: a person with a session, or a script with a token, and the role they have."""

import hashlib
import secrets
from typing import Final, NamedTuple

from schemas.words import ROLES, Role

ID_BYTES: Final = 32  # 256 bits: nobody guesses them, so a plain digest keeps them


class Actor(NamedTuple):
    """One who asks. `name` is what the audit says: `user:anna`, `token:nightly`.

    `session` is the id in the cookie, for those who came in with one: a browser sends it along
    with requests that other sites make, so these must prove more.
    """

    name: str
    role: Role
    session: str | None = None

    def may(self, least: Role) -> bool:
        """Say whether the actor has the role `least`, or one above it."""
        return ROLES.index(self.role) >= ROLES.index(least)


def new_id() -> str:
    """Make a random id, for a session or a token."""
    return secrets.token_urlsafe(ID_BYTES)


def digest_of(given: str) -> bytes:
    """Give what is stored of an id."""
    return hashlib.sha256(given.encode()).digest()
