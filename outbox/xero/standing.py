"""How one connection stands with Xero, as its answers tell: limits, a dead grant, outages."""

import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import structlog

from bridge.problems import close_problem
from bridge.queries import load
from clients.xero.allowances import keep
from clients.xero.answers import Answer, messages
from clients.xero.day import DAY_USED
from clients.xero.errors import Disconnected
from clients.xero.grants import PROBLEM
from clients.xero.session import Token
from outbox.xero.line import Line
from outbox.xero.outcomes import OK, classify

QUERIES = load(__file__, "standing.sql")
LOG = structlog.get_logger()
MOST_DENIED: Final = 1  # tokens in a row: the first may have died, and is renewed
GRANT_PAUSE: Final = 60.0  # seconds before a refused grant is tried again
KEEP_EVERY: Final = 1.0  # seconds


@dataclass(slots=True)
class Standing:
    """What a relay has learned of its connection; of its organisation, the budget knows.

    `stale` is the generation of the token that Xero called dead, `denied` are those called so in a
    row, with no yes in between.
    """

    line: Line
    stale: int = -1
    denied: int = 0
    _news: bool = False
    _kept_at: float = -KEEP_EVERY
    _troubled: bool = True  # a problem may stand in the database, from us or from a predecessor

    async def heed(self, path: str, answer: Answer, token: Token, outages: int) -> None:
        """Learn from an answer how to go on: outage, dead token, revoked grant, a used up day.

        `path` is the call's, `outages` were counted when it began.
        """
        budget = self.line.session.budget
        self._news = True
        if answer.status in OK:
            self.denied = 0
        if answer.status in OK and self._troubled and budget.day.lanes(time.monotonic()) >= 0:
            self._troubled = False
            await QUERIES.clear_problem(self.line.pool, connection_id=self.line.lease.connection_id)
            await close_problem(self.line.pool, self.line.lease.connection_id, PROBLEM)
        if self.line.forbidden.explains(path, answer):
            pass  # what needs this kind of call waits, all else goes
        elif answer.status == HTTPStatus.UNAUTHORIZED and token.generation > self.stale:
            self.stale, self.denied = token.generation, self.denied + 1
        elif answer.status == HTTPStatus.FORBIDDEN:
            said = "; ".join(messages(answer.body)) or answer.text[:200]
            await self.give_up(f"Xero refuses the organisation: {said}")
        elif answer.status == HTTPStatus.TOO_MANY_REQUESTS:
            await self.remember(at_once=True)
            if budget.throttle.limit == "day":
                await self.pause(budget.throttle.seconds, DAY_USED)
        if answer.failure == "held":
            return  # nobody was asked
        if classify(answer) == "ambiguous" or answer.failure is not None:
            budget.unanswered(outages)
        else:
            budget.outages = 0

    async def spare(self) -> bool:
        """Whether to ask for no other token yet: each new one is dead, as a person is told."""
        if self.denied <= MOST_DENIED:
            return False
        self.denied = MOST_DENIED
        await self.give_up("Xero refuses the grant, with a new token too (401)")
        return True

    async def give_up(self, problem: str) -> None:
        """Leave the grant to a person, and look again in a while."""
        await self.line.grant.refused(Disconnected(problem))
        await self.pause(GRANT_PAUSE, problem)

    async def remember(self, *, at_once: bool = False) -> None:
        """Write down what was learned of the limits, at most once in a while."""
        if self._news and (at_once or time.monotonic() - self._kept_at >= KEEP_EVERY):
            self._news, self._kept_at = False, time.monotonic()
            lease = self.line.lease
            await keep(
                self.line.pool, lease.connection_id, lease.organisation, self.line.session.budget
            )

    async def tell(self, problem: str) -> None:
        """Say why less is sent than waits; what still may be sent is sent."""
        self._troubled = True
        await QUERIES.tell_problem(
            self.line.pool, connection_id=self.line.lease.connection_id, problem=problem
        )

    async def pause(self, seconds: float, problem: str) -> None:
        """Send nothing for a while, by any process, and say why."""
        self._troubled = True
        LOG.warning(
            "connection.paused", connection=self.line.lease.name, seconds=seconds, problem=problem
        )
        await QUERIES.pause(
            self.line.pool,
            connection_id=self.line.lease.connection_id,
            seconds=seconds,
            problem=problem,
        )
