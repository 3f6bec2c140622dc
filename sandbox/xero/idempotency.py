"""Xero's idempotency keys: for six minutes from the first call, the same request is one request."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.xero.answer import Answer
from sandbox.xero.refusals import Answered

MAX_LENGTH = 128
KEPT = timedelta(minutes=6)

Request = tuple[str, ...]  # whatever tells one request from another


@dataclass
class Kept:
    """A key's first request, when it came, and its answer when there is one."""

    request: Request
    at: datetime
    answer: asyncio.Future[Answer]


@dataclass
class Keys:
    """The keys in use, oldest first. A key lives `kept` from its first call, whatever follows."""

    kept: timedelta = KEPT
    _keys: dict[tuple[str, str], Kept] = field(default_factory=dict)

    async def once(
        self,
        name: tuple[str, str],
        request: Request,
        now: datetime,
        work: Callable[[], Awaitable[Answer]],
    ) -> tuple[Answer, bool]:
        """Answer by `work`, or as the first request of this key (scope, key) was answered.

        Returns the answer and whether it is a repeat. A repeat waits while the first is at work;
        another request under the key is refused. Answers of every status are kept, 500 too.
        Raises Answered (400). (Xero: idempotent requests)
        """
        self._forget(now)
        if len(name[1]) > MAX_LENGTH:
            raise _refusal(f"Idempotency Key must not be longer than {MAX_LENGTH} characters.")
        first = self._keys.get(name)
        if first is None:
            return await self._run(name, Kept(request, now, _future()), work), False
        if first.request != request:
            raise _refusal(f"Idempotency Key: {name[1]} is used with a different request.")
        return await asyncio.shield(first.answer), True

    async def _run(
        self, name: tuple[str, str], kept: Kept, work: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        self._keys[name] = kept
        try:
            answer = await work()
        except BaseException:
            self._keys.pop(name, None)
            kept.answer.cancel()
            raise
        kept.answer.set_result(answer)
        return answer

    def _forget(self, now: datetime) -> None:
        while self._keys:
            name, oldest = next(iter(self._keys.items()))
            if now - oldest.at < self.kept:
                return
            del self._keys[name]


def _future() -> asyncio.Future[Answer]:
    return asyncio.get_running_loop().create_future()


def _refusal(message: str) -> Answered:
    body = {"Title": "Bad Request", "Status": 400, "Detail": message, "Message": message}
    return Answered(Answer(400, body))
