"""What Xero has told of an organisation's day: its limit is the plan's, and is never assumed."""

from dataclasses import dataclass, replace
from typing import Final

DAY_USED: Final = "the day's Xero calls are used up"  # as people are told
RESERVE: Final = 50  # calls of the day that are kept for looking up what became of others
SHARE: Final = 20  # or one in so many of the most that Xero ever offered, if that is more
BELIEVED: Final = 3600.0  # seconds; the day may turn at any time, so Xero is asked anew after these
TURNED: Final = 20  # calls; a smaller rise is two answers that overtook each other
# How many times the reserve must be left for a lane: live, repair, backfill (rule 6).
LANES: Final = (1, 2, 4)
ALL_LANES: Final = len(LANES) - 1


@dataclass(frozen=True, slots=True)
class Day:
    """Calls left by Xero's last word, the most since the day turned, and how long it is believed.

    `known_until` is on the monotonic clock, in seconds.
    """

    left: int | None = None
    most: int | None = None
    known_until: float = 0.0

    def told(self, left: int, now: float) -> "Day":
        """Xero said how many calls are left; more than before means that its day has turned."""
        turned = self.left is None or left > self.left + TURNED
        most = left if turned else max(left, self.most or left)
        return replace(self, left=left, most=most, known_until=now + BELIEVED)

    def used_up(self, until: float) -> "Day":
        """Xero said when its day turns: until then nothing is left."""
        return replace(self, left=0, known_until=until)

    @property
    def reserve(self) -> int:
        """Calls that only look-ups may use."""
        return max(RESERVE, (self.most or 0) // SHARE)

    def believed(self, now: float) -> bool:
        """Whether the day can't have turned since Xero's last word."""
        return now < self.known_until

    def doubtful(self, now: float) -> bool:
        """Whether little was left, so long ago that one call should ask before others follow."""
        return self.left is not None and self.left <= self.reserve and not self.believed(now)

    def lanes(self, now: float) -> int:
        """The last lane whose work may go: 0 live, 1 repair, 2 backfill; -1 for none.

        What was told too long ago holds nobody back: the next answer tells anew.
        """
        if self.left is None or not self.believed(now):
            return ALL_LANES
        floors = [share * self.reserve for share in LANES]
        return sum(self.left > floor for floor in floors) - 1
