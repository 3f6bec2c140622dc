"""One way to look for a server: try the steps in order, and say what each of them found."""

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TypeVar

Found = TypeVar("Found")
Step = Callable[[ExitStack], Found]


class Unavailable(Exception):
    """A step has no server to give; the message says why."""


def say(line: str) -> None:
    """Tell the person who waits, on stderr."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201  this is where the lines are meant to go


def first(what: str, steps: Sequence[Step[Found]], stack: ExitStack, advice: str) -> Found:
    """Return what the first successful step found; what it started ends with `stack`.

    Raises Unavailable with `advice` when no step has a server.
    """
    for step in steps:
        with ExitStack() as trial:
            try:
                found = step(trial)
            except Unavailable as reason:
                say(f"{what}: {reason}")
            else:
                say(f"{what}: {step.__doc__}")
                stack.enter_context(trial.pop_all())
                return found
    raise Unavailable(f"No {what} could be found or brought. {advice}")
