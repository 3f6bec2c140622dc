"""What it takes to change connections, and what may come of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bridge.parts import Parts
from bridge.postgres import Connection

Replan = Callable[[Connection, int], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Office(Parts):
    """What it takes to change connections: `replan` lets go what a changed mapping makes buildable.

    Whoever asks for a change is passed in as `actor`: `cli:root`, `token:backup`, `user:anna`.
    """

    replan: Replan


class UnknownConnectionError(Exception):
    """There is no connection of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no connection {name}. `bridge connection list` lists them")
        self.name = name


class RefusedError(Exception):
    """What was asked can't be done as things stand; each of `reasons` says what to do."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons
