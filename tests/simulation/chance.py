"""All chance of a schedule, from one seed: how long things take, and what goes wrong."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.simulation.loop import Proc

FREEZES: Final = (5.0, 70.0, 500.0)  # seconds
# Between the last check and the first byte nothing can help (assumption e): no long freeze there.
BRIEF: Final = 3.0
# A frozen processor keeps its documents locked. Who waits longer than a statement's 30 s fails, and
# an event that failed so five times is parked for a person: known, and kept out of the schedules.
OUTLASTED: Final = 20.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What a schedule is about. Rates are chances for each port call, weights for each request.

    `fates` are what becomes of requests to Xero; `switches`, `poison`, `purges`, `outages` how
    often a connection is disabled, a document can't be served, the broker loses all, the database
    is away.
    """

    name: str
    kill: float = 0.0
    freeze: float = 0.0
    drowsy: float = 0.0  # frozen over an answer of Xero's, or a commit of the exit's
    cut: float = 0.0  # the line to PostgreSQL
    fates: tuple[tuple[str, float], ...] = ()
    unpublished: float = 0.0
    repeated: float = 0.05  # webhooks and knocks that come twice
    late_hooks: float = 0.05  # webhooks that later ones overtake
    switches: int = 0
    poison: float = 0.0
    purges: int = 0
    outages: int = 0
    revoked: int = 0  # access tokens that die before their time
    scope: str = "app"  # of an idempotency key


LOST: Final = (
    ("refused", 0.04),
    ("lost_before", 0.06),
    ("lost_after", 0.10),
    ("garbled", 0.04),
    ("500_none", 0.04),
    ("500_done", 0.05),
    ("503_none", 0.04),
    ("503_done", 0.04),
    ("partial", 0.05),
)
LATE: Final = (("late_arrival", 0.12), ("late_effect", 0.15), ("lost_after", 0.05))
UNREAD: Final = (("503_none", 0.1), ("garbled", 0.2))  # searches that show nothing
BUSY: Final = (
    ("429_minute", 0.08),
    ("429_concurrent", 0.08),
    ("429_day", 0.01),
    ("500_done", 0.03),
)

PROFILES: Final = (
    Profile("calm"),
    Profile("kills", kill=0.004),
    Profile("freezes", freeze=0.005, kill=0.001, fates=LATE),
    Profile("lost", fates=LOST),
    Profile("late", fates=LATE, kill=0.001),
    Profile("late tokens", fates=LATE + LOST, revoked=3, scope="token"),
    Profile("limits", fates=BUSY),
    Profile("webhooks", repeated=0.4, late_hooks=0.4, unpublished=0.4, purges=2),
    Profile("switched", switches=4, kill=0.001, fates=(("lost_after", 0.1),)),
    Profile("poison", poison=0.3, fates=(("lost_after", 0.05),)),
    Profile("database", cut=0.004, outages=3, kill=0.001, fates=(("429_minute", 0.15),)),
    Profile(
        "everything",
        kill=0.001,
        freeze=0.001,
        cut=0.001,
        fates=tuple((fate, chance / 2) for fate, chance in LOST + LATE + BUSY),
        unpublished=0.1,
        repeated=0.2,
        late_hooks=0.1,
        switches=1,
        poison=0.1,
        purges=1,
        outages=1,
        revoked=2,
        scope="token",
    ),
    Profile("drowsy", freeze=0.005, drowsy=0.12, fates=LATE + UNREAD),
)


class Chance:
    """One seed's chance. After `heal` nothing goes wrong any more."""

    def __init__(self, seed: int, profile: Profile) -> None:
        self.seed = seed
        self.profile = profile
        self.healed = False
        self.counts: Counter[str] = Counter()
        self.die: Callable[[Proc], None] = lambda _: None
        self._ports = self.fork("ports")
        self._times = self.fork("times")
        self._fates = self.fork("fates")
        self._harm = profile.kill + profile.freeze + profile.cut + profile.drowsy

    def fork(self, name: str) -> random.Random:
        """A chance of its own for one part, so that another part's draws don't shift it."""
        return random.Random(f"{self.seed}/{name}")

    def count(self, what: str) -> None:
        """Note that something happened: a fault, a transition."""
        self.counts[what] += 1

    # -- how long things take -----------------------------------------------------------------

    def blink(self) -> float:
        """A short while, in seconds."""
        return self._times.uniform(0.001, 0.05)

    def statement(self) -> float:
        """How long a statement is on its way; half of them no time at all."""
        drawn = self._times.random()
        if drawn < 0.5:
            return 0.0
        return (drawn - 0.5) * 0.01 if drawn < 0.99 else drawn

    def way(self) -> float:
        """How long a request is on its way."""
        drawn = self._times.random()
        return 0.02 + drawn * 0.3 if drawn < 0.95 else drawn * 4

    # -- what goes wrong ----------------------------------------------------------------------

    def blow(self, proc: Proc, *, cuts: bool = False, tires: bool = False) -> str:
        """What happens before a port does what it was asked, or after it: "kill", "freeze", "".

        With `cuts` the line may be lost too: "cut". What `tires` freezes more often, where a
        profile is drowsy.
        """
        if self.healed or proc.role == "person":
            return ""
        drawn = self._ports.random()
        if drawn >= self._harm:
            return ""
        profile = self.profile
        if drawn < profile.kill:
            return "kill"
        if drawn < profile.kill + profile.freeze + (profile.drowsy if tires else 0.0):
            return "freeze"
        return "cut" if cuts and drawn < profile.kill + profile.freeze + profile.cut else ""

    async def strike(self, blow: str, proc: Proc, port: str, side: str) -> None:
        """Kill or freeze a process `side` ("before" or "after") a port's work."""
        if blow == "kill":
            self.count(f"kill.{proc.role}.{side}.{port}")
            await self.kill(proc)
        elif blow == "freeze":
            seconds = self._ports.choice(FREEZES)
            if port == "http" and side == "before":
                seconds = BRIEF
            elif proc.role == "processor":
                seconds = min(seconds, OUTLASTED)
            self.count(f"freeze.{proc.role}.{seconds:g}s")
            proc.frozen_until = max(proc.frozen_until, asyncio.get_running_loop().time() + seconds)
            await asyncio.sleep(0)

    async def kill(self, proc: Proc) -> None:
        """Kill the process that asks; it never comes back from here."""
        self.die(proc)
        await asyncio.get_running_loop().create_future()

    def fate(self, rng: random.Random | None = None, where: str = "xero") -> str:
        """What becomes of one request to Xero, or to somebody else by a chance of its own."""
        if self.healed:
            return "answered"
        drawn = (rng or self._fates).random()
        for fate, chance in self.profile.fates:
            if drawn < chance:
                self.count(f"{where}.{fate}")
                return fate
            drawn -= chance
        return "answered"

    def happens(self, chance: float) -> bool:
        """Whether something of this chance happens now."""
        return not self.healed and self._fates.random() < chance
