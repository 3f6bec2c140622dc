"""Ids as Zoho writes them."""

from collections.abc import Iterator
from random import Random

FIRST = 4_600_000_000_000_100_000  # 19 digits: too many for a float, which is the point


def ids(seed: int) -> Iterator[str]:
    """Yield ids of 19 digits as text, growing, never one twice; the same seed gives the same."""
    chance = Random(seed)
    last = FIRST
    while True:
        last += chance.randint(1, 9)
        yield str(last)
