"""Seeded defects: production with one thing broken, which the checker must notice.

Each is a patch of one production function or query, put in place for the length of a schedule.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from tests.simulation.checker import check
from tests.simulation.schedule import play
from tests.simulation.store.registry import FAKES

MOST: Final = 2_000  # schedules in which a defect must be found
Patch = Callable[[contextlib.ExitStack], None]


@dataclass(frozen=True, slots=True)
class Hunted:
    """What came of the hunt for one defect."""

    name: str
    seed: int | None  # the first that shows it
    told: str = ""

    def __str__(self) -> str:
        found = "# NOT FOUND" if self.seed is None else f"= {self.seed}  # {self.told[:60]}"
        return f"{self.name} {found}"


@dataclass
class Defects:
    """All of them, by name."""

    patches: dict[str, Patch] = field(default_factory=dict)

    def add(self, patch: Patch) -> Patch:
        """Register a defect under its function's name."""
        self.patches[patch.__name__] = patch
        return patch

    def names(self) -> list[str]:
        """Their names, in order."""
        return list(self.patches)

    @contextlib.contextmanager
    def seeded(self, name: str) -> Iterator[None]:
        """Break production in this one way."""
        with contextlib.ExitStack() as stack:
            self.patches[name](stack)
            yield

    def hunt(self, name: str, first: int = 0) -> Hunted:
        """Play schedules with a defect until one shows it that holds without it."""
        for seed in (*range(first, MOST), *range(first)):
            with self.seeded(name):
                broken = check(play(seed).history)
            if broken and not check(play(seed).history):
                return Hunted(name, seed, broken[0])
        return Hunted(name, None)


DEFECTS: Final = Defects()


def put(stack: contextlib.ExitStack, place: Any, name: str, value: Any) -> None:
    """Put something in the place of something, until the stack unwinds."""
    kept = getattr(place, name)
    setattr(place, name, value)
    stack.callback(setattr, place, name, kept)


def put_query(stack: contextlib.ExitStack, name: str, change: Callable[[Any], Any]) -> None:
    """Let a query do something else; `change` gets the true one."""
    kept = FAKES.fakes[name]
    FAKES.fakes[name] = change(kept)
    stack.callback(FAKES.fakes.__setitem__, name, kept)
