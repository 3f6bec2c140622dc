"""People for tests: accounts with a password that all of them share."""

from functools import cache

from argon2 import PasswordHasher

from bridge.postgres import Pool
from ingress.auth import users
from schemas.words import Role

PASSWORD = "four plain words here"


@cache
def hashed() -> str:
    return PasswordHasher().hash(PASSWORD)


async def account(pool: Pool, name: str, role: Role = "viewer") -> None:
    """Make an account."""
    await users.add(pool, name, role, hashed=hashed(), actor="cli")
