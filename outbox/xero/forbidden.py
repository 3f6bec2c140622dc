"""Kinds of calls that Xero forbids to a grant which it lets in otherwise (E2, E5).

A 403 says the same of an organisation that is disconnected, a scope that lacks, and a person who
may not (Xero: errors). So the organisation itself is asked for: where even that is refused, all is.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from clients.xero.answers import Answer
from clients.xero.rights import CAUSE, area_of, lacking, lacks_scope
from clients.xero.session import Request, Session, Token
from outbox.xero.outcomes import OK, Verdict

LASTING: Final = 60.0  # seconds after which a 403 is no whim of the moment
AGAIN: Final = "It is tried again in a minute"


@dataclass(slots=True)
class Seen:
    """When Xero first forbade a kind of call, and when it did last, on the monotonic clock."""

    since: float
    last: float


class Forbidden:
    """What is forbidden under the token of the moment; another token may do more."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._generation = -1
        self._seen: dict[str, Seen] = {}

    async def notice(self, path: str, answer: Answer, token: Token) -> bool:
        """Learn from the answer to a call; True where that kind of call alone is forbidden."""
        if token.generation != self._generation:
            self._generation = token.generation
            self._seen.clear()
        area, now = area_of(path), time.monotonic()
        if answer.status in OK:
            self._seen.pop(area, None)
        if not await self._is_forbidden(area, answer, token):
            return False
        since = -math.inf if lacks_scope(answer) else now  # the one is said, the other guessed
        self._seen.setdefault(area, Seen(since, now)).last = now
        return True

    async def _is_forbidden(self, area: str, answer: Answer, token: Token) -> bool:
        if lacks_scope(answer):
            return True
        if answer.status != HTTPStatus.FORBIDDEN:
            return False
        return area in self._seen or await self._lets_in(token)

    async def _lets_in(self, token: Token) -> bool:
        answer = await self._session.follow(Request("GET", "/Organisation"), token)
        return answer.status in OK

    def explains(self, path: str, answer: Answer) -> bool:
        """Whether an answer says no more than that this kind of call is forbidden."""
        forbidden = answer.status == HTTPStatus.FORBIDDEN or lacks_scope(answer)
        return forbidden and area_of(path) in self._seen

    def rests(self, path: str) -> bool:
        """Whether a kind of call was forbidden so lately that it need not be tried."""
        seen = self._seen.get(area_of(path))
        return seen is not None and time.monotonic() - seen.last < LASTING

    def judge(self, path: str, verdicts: Sequence[Verdict]) -> list[Verdict]:
        """Park what needs a call that is forbidden for good; let the rest wait for a minute."""
        area = area_of(path)
        reason = lacking(area)
        if time.monotonic() - self._seen[area].since < LASTING:
            waits = f"{reason}. {AGAIN}."
            return [
                replace(v, outcome="not_sent", cause="forbidden", message=waits) for v in verdicts
            ]
        return [replace(v, outcome="refused", cause=CAUSE, message=f"{reason}.") for v in verdicts]
