"""The small Xero's limits: calls a minute, a day and at once, in windows that don't slide."""

from dataclasses import dataclass, field
from math import ceil
from typing import Final

MOST_A_MINUTE: Final = 60
MOST_A_DAY: Final = 5_000
MOST_AT_ONCE: Final = 5


@dataclass
class Window:
    """So many calls in so many seconds, counted anew from each multiple of them."""

    seconds: int
    most: int
    _number: int = -1
    _used: int = 0

    def left(self, now: float) -> int:
        """How many calls the window of this moment still admits."""
        number = int(now // self.seconds)
        if number != self._number:
            self._number, self._used = number, 0
        return self.most - self._used

    def take(self) -> None:
        """Count a call in the window last asked for."""
        self._used += 1

    def ends_in(self, now: float) -> int:
        """The whole seconds until the window ends."""
        return max(1, ceil(self.seconds - now % self.seconds))


@dataclass
class Meter:
    """What one organisation has used."""

    minute: Window = field(default_factory=lambda: Window(60, MOST_A_MINUTE))
    day: Window = field(default_factory=lambda: Window(86_400, MOST_A_DAY))
    in_flight: int = 0

    def problem(self, now: float) -> tuple[str, int | None]:
        """Which limit a call meets, and in how many seconds it may come again; "" for none."""
        if self.in_flight >= MOST_AT_ONCE:
            return "concurrent", None
        for name, window in (("day", self.day), ("minute", self.minute)):
            if not window.left(now):
                return name, window.ends_in(now)
        return "", None

    def take(self) -> None:
        """Count a call that is admitted."""
        self.day.take()
        self.minute.take()

    def headers(self, now: float) -> dict[str, str]:
        """What is left, as every answer of Xero's own program tells it."""
        return {
            "X-DayLimit-Remaining": str(self.day.left(now)),
            "X-MinLimit-Remaining": str(self.minute.left(now)),
        }
