"""The clock rule: when bytes may be sent again, and when a look-up proves absence (rule 4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from bridge.settings import KEY_LIFE

LOOK_EARLY: Final = 3  # seconds after a send; finding it is final at any time, absence is not
PROOF: Final = 2  # look-ups that must both find nothing before absence is believed
BACKOFF: Final = (2, 4, 8, 15, 30, 60)  # seconds between repeats


class ClockRuleError(ValueError):
    """The windows don't fit Xero's key life: duplicates would be possible."""


@dataclass(frozen=True, slots=True)
class Windows:
    """The times of the clock rule, in seconds.

    `repeat` (W): the same key is used again. `late` (L): the longest time after its sending that a
    request can still take effect. `quiet` (Q): the silence before absence is believed. `again`:
    between the two reads that prove it. ClockRuleError when they don't fit together.
    """

    repeat: int = 240
    late: int = 90
    quiet: int = 180
    again: int = 10

    def __post_init__(self) -> None:
        if self.repeat + self.late > KEY_LIFE:
            raise ClockRuleError(f"W + L must be at most {KEY_LIFE} s: {self.repeat} + {self.late}")
        if self.quiet < self.late:
            raise ClockRuleError(f"Q must be at least L: {self.quiet} < {self.late}")


@dataclass(frozen=True, slots=True)
class Unclear:
    """An attempt whose outcome is unknown. All times are the database's."""

    now: datetime
    first_sent_at: datetime
    last_sent_at: datetime
    looked_at: datetime | None
    sends: int
    repeatable: bool
    same_generation: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next: repeat the bytes, look in Xero, or wait `seconds`."""

    act: Literal["repeat", "look", "wait"]
    seconds: float = 0.0


def next_step(unclear: Unclear, windows: Windows) -> Step:
    """Decide how an ambiguous attempt goes on (reliability: resolving ambiguity)."""
    silence = (unclear.now - unclear.last_sent_at).total_seconds()
    if _may_repeat(unclear, windows):
        pause = BACKOFF[min(unclear.sends, len(BACKOFF)) - 1]
        return _when(pause - silence, "repeat")
    return _when(_look_at(unclear, windows, silence), "look")


def proves_absence(unclear: Unclear, windows: Windows) -> bool:
    """Whether a look-up made now that finds nothing counts towards the proof."""
    return unclear.now - unclear.last_sent_at >= timedelta(seconds=windows.quiet)


def _may_repeat(unclear: Unclear, windows: Windows) -> bool:
    age = (unclear.now - unclear.first_sent_at).total_seconds()
    # A clock that stepped back makes ages meaningless: then only looking is safe.
    return unclear.repeatable and unclear.same_generation and 0 <= age <= windows.repeat


def _look_at(unclear: Unclear, windows: Windows, silence: float) -> float:
    if unclear.looked_at is None:
        return LOOK_EARLY - silence
    since_look = (unclear.now - unclear.looked_at).total_seconds()
    return max(windows.quiet - silence, windows.again - since_look)


def _when(seconds: float, act: Literal["repeat", "look"]) -> Step:
    return Step("wait", seconds) if seconds > 0 else Step(act)
