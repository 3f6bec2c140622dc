"""What it takes to change connections, and what may come of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bridge.crypto import Vault
from bridge.postgres import Connection, Pool
from bridge.settings import Settings

Replan = Callable[[Connection, int], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Office:
    """The means. `replan` lets go what a changed mapping makes buildable (processors.shell.replan).

    Whoever asks for a change is passed in as `actor`: `cli:root`, `token:backup`, `user:anna`.
    """

    pool: Pool
    vault: Vault
    settings: Settings
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
