"""How often a password may be guessed: by account and by address, counted in PostgreSQL."""

import hashlib
from typing import Final, NamedTuple

from bridge.postgres import Pool
from bridge.queries import load

QUERIES = load(__file__, "auth.sql")


class Limit(NamedTuple):
    """`free` tries, then pauses that double up to `most` seconds."""

    free: int
    most: int


# Nobody can lock somebody else out for good: the longest pause is short, and ends by itself.
ACCOUNT: Final = Limit(free=10, most=30)
ADDRESS: Final = Limit(free=30, most=60)


class TooManyTriesError(Exception):
    """The next try is heard in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many tries: wait {seconds} seconds, then try again")
        self.seconds = seconds


async def count_try(pool: Pool, account: str, address: str) -> None:
    """Count a try; raises TooManyTriesError where it comes too early."""
    for key, limit in ((_key("address", address), ADDRESS), (account_key(account), ACCOUNT)):
        if await QUERIES.count_try(pool, key=key, **limit._asdict()) is None:
            raise TooManyTriesError(await QUERIES.pause_of(pool, key=key) or 1)


async def forget_tries(pool: Pool, account: str) -> None:
    """Start an account's count anew, after the right password."""
    await QUERIES.forget_tries(pool, key=account_key(account))


def account_key(name: str) -> str:
    """Give the key under which an account's tries are counted."""
    return _key("account", name)


def _key(kind: str, given: str) -> str:
    return f"{kind}:{hashlib.sha256(given.encode()).hexdigest()[:32]}"
