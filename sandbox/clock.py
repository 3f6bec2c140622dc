"""The stand-ins' own time: it may stand still, run fast, or be pushed forward."""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that starts at `start` (by default now) and runs `speed` times as fast as ours."""

    def __init__(self, start: datetime | None = None, speed: float = 1.0) -> None:
        self._then = start or datetime.now(UTC)
        self._since = time.monotonic()
        self._speed = speed
        self._sleepers: set[asyncio.Event] = set()

    def now(self) -> datetime:
        """Return the sandbox's time, aware, in UTC."""
        return self._then + timedelta(seconds=(time.monotonic() - self._since) * self._speed)

    @property
    def speed(self) -> float:
        """How many sandbox seconds pass in one of ours; zero when time stands still."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._then, self._since, self._speed = self.now(), time.monotonic(), speed
        self._wake()

    def advance(self, seconds: float) -> datetime:
        """Push the clock forward (never back) by `seconds` and return the new time."""
        if seconds < 0:
            raise ValueError("the sandbox's clock never goes back")
        self._then += timedelta(seconds=seconds)
        self._wake()
        return self.now()

    async def sleep(self, seconds: float) -> None:
        """Wait until `seconds` of sandbox time have passed, by running or by being pushed."""
        until = self.now() + timedelta(seconds=seconds)
        while (left := (until - self.now()).total_seconds()) > 0:
            await self._nap(left / self._speed if self._speed else None)

    async def _nap(self, seconds: float | None) -> None:
        woken = asyncio.Event()
        self._sleepers.add(woken)
        try:
            await asyncio.wait_for(woken.wait(), seconds)
        except TimeoutError:
            pass
        finally:
            self._sleepers.discard(woken)

    def _wake(self) -> None:
        for sleeper in self._sleepers:
            sleeper.set()
