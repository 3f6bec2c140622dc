"""Visits to a small Xero, each by its seed: what was asked, and what it answered."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

from tests.simulation.chance import BUSY, LATE, LOST, Chance, Profile
from tests.simulation.contract.recording import Recording, attach, read_all
from tests.simulation.contract.visitor import KEY_LIFE, Sent, Visitor
from tests.simulation.loop import VirtualLoop
from tests.simulation.xero.server import Xero
from tests.simulation.xero.tokens import GRACE

LATEST: Final = 15.0  # seconds until a request takes effect
PROFILES: Final = (
    Profile("calm"),
    Profile("busy", fates=(*BUSY, ("429_day", 0.04))),
    Profile("lines cut", fates=LOST),
    Profile("late", fates=LATE + LOST, scope="token"),
)
ALL_LATE: Final = Profile("all late", fates=(("late_effect", 1.0),))
CALLS: Final = 150  # of which the day has fewer


def _recorded(
    seed: int, profile: Profile, ask: Callable[[Visitor], Awaitable[object]], day: int = 5_000
) -> Recording:
    loop = VirtualLoop()
    xero = Xero(Chance(seed, profile), loop, LATEST, KEY_LIFE, ("T1", "T2"))
    xero.meters["T1"].day.most = day
    recording = attach(xero, seed)

    async def visit() -> None:
        visitor = Visitor(xero, random.Random(f"{seed}/visitor"))
        await visitor.renew()
        await ask(visitor)
        await asyncio.sleep(2 * LATEST)  # what was late takes effect
        read_all(xero, recording)

    try:
        loop.run_until_complete(visit())
    finally:
        loop.close()
    return recording


def asked(seed: int) -> Recording:
    """Let a visitor ask, and give what the small Xero was asked."""
    return _recorded(seed, PROFILES[seed % len(PROFILES)], Visitor.visit)


def hurried(seed: int) -> Recording:
    """Let a visitor ask more than a minute's and a day's calls."""

    async def ask(visitor: Visitor) -> None:
        for call in range(CALLS):
            await visitor.ask(Sent("GET", f"/Contacts?page=1&pageSize=100&call={call}"))
            await asyncio.sleep(0.2 if call % 100 else 61)

    return _recorded(seed, Profile("calm"), ask, day=CALLS - 30)


def crowded(seed: int) -> Recording:
    """Let visitors ask more at once than Xero takes, each effect late."""

    async def ask(visitor: Visitor) -> None:
        others = [Visitor(visitor.xero, random.Random(f"{seed}/{n}")) for n in range(7)]
        for other in others:
            await other.renew()
        await asyncio.gather(*(other.contacts() for other in others))

    return _recorded(seed, ALL_LATE, ask)


def renewing(seed: int) -> Recording:
    """Let a visitor use its refresh token again and again, now and then the one before once more.

    Not asked is what is not documented: a token that is two behind, within its half hour.
    """

    async def ask(visitor: Visitor) -> None:
        last = "refresh-T1-0"
        for _ in range(20):
            before, last = last, await _refreshed(visitor, last)
            if visitor.chance.random() < 0.5:
                await asyncio.sleep(visitor.chance.uniform(0, 2 * GRACE))
                last = await _refreshed(visitor, before) or last

    return _recorded(seed, Profile("calm"), ask)


async def _refreshed(visitor: Visitor, token: str) -> str:
    form = {"grant_type": "refresh_token", "refresh_token": token}
    return str((await visitor.log_in(form)).get("refresh_token", ""))
