"""Reading an organisation from beside the outbox, within what the outbox leaves of its limits.

The outbox alone speaks to an organisation (design rule 5). Whoever only reads has the calls that it
always leaves to others, and more of a minute that Xero says is hardly used; the outbox counts these
against its own. One read at a time, whatever the number of readers and processes.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from bridge.parts import Parts
from bridge.postgres import Connection, Pool
from bridge.queries import load
from clients.xero.answers import Answer, messages
from clients.xero.budget import Budget
from clients.xero.errors import DayUsed, Disconnected, QueryRefused, Unavailable
from clients.xero.grants import Grant
from clients.xero.identity import Endpoints
from clients.xero.session import Session, Token, open_client

QUERIES = load(__file__, "reader.sql")
PAGE: Final = 500  # rows; Xero allows 1000, which is a heavy answer for whole documents
USUAL_PAGE: Final = 100  # rows of a page by default: fewer are the last ones in any case
MOST_PAGES: Final = 2000  # a list that never ends is an error of Xero's
REFUSED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
REPAIR: Final = 1  # the lane of a day's calls that readers share
PLENTY: Final = 1_000_000  # calls; what counts beyond needs no counting
TRIES: Final = 3  # of one read, where Xero is away or asks us to wait
PATIENCE: Final = 60  # seconds that Xero may ask us to wait
NEXT_READER: Final = 0.2  # seconds until a reader asks again whether it is its turn

Row = dict[str, Any]


class Reader:
    """Reads one organisation; `calls` counts what it has asked.

    Every call raises Disconnected, Unavailable, QueryRefused or DayUsed.
    """

    def __init__(self, pool: Pool, connection_id: int, session: Session, grant: Grant) -> None:
        self._pool = pool
        self._connection_id = connection_id
        self._session = session
        self._grant = grant
        self.calls = 0

    async def rows(self, name: str, path: str) -> list[Row]:
        """Read a list that comes whole; `name` is the key of its rows."""
        return _rows(name, await self._get(path))

    async def pages(
        self, name: str, path: str, *, since: datetime | None = None
    ) -> AsyncIterator[list[Row]]:
        """Read a list page by page, one call each; its rows come with all their details.

        `since` leaves out what was not changed after it.
        """
        more = "&" if "?" in path else "?"
        for page in range(1, MOST_PAGES + 1):
            answer = await self._get(f"{path}{more}page={page}&pageSize={PAGE}", since)
            rows = _rows(name, answer)
            if rows:
                yield rows
            if page >= _last_page(answer, page if len(rows) < USUAL_PAGE else MOST_PAGES):
                return
        raise Unavailable(f"Xero's list {path} does not end")

    async def one(self, name: str, path: str) -> Row | None:
        """Read one thing by its address, None when Xero has it not."""
        answer = await self._ask(path)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        return next(iter(_rows(name, _checked(answer))), None)

    async def _get(self, path: str, since: datetime | None = None) -> Answer:
        return _checked(await self._ask(path, since))

    async def _ask(self, path: str, since: datetime | None = None) -> Answer:
        token = await self._grant.token()
        for again in range(TRIES):
            answer = await self._once(path, token, since)
            if answer.status == HTTPStatus.UNAUTHORIZED and not again:
                token = await self._grant.token(newer_than=token.generation)
            elif not _passes(answer):
                return answer
        return answer

    async def _once(self, path: str, token: Token, since: datetime | None) -> Answer:
        day = self._session.budget.day
        if day.lanes(time.monotonic()) < REPAIR:
            raise DayUsed(
                f"Xero allows {day.left} more calls today: they are kept for live work and for"
                " finding out what became of what was sent"
            )
        async with self._turn() as database:
            self.calls += 1
            answer = await self._session.get(path, token, since=since)
            left = answer.number("x-minlimit-remaining")
            await QUERIES.note_left(
                database,
                connection_id=self._connection_id,
                left=None if left is None else min(left, PLENTY),
            )
        return answer

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[Connection]:
        """Wait until nobody else reads and the minute has a call for readers, and take it."""
        budget = self._session.budget
        shares = {"spare": max(1, budget.spare), "most": budget.readable, "half": budget.half}
        async with self._pool.acquire() as database:
            while not await QUERIES.lock_reading(database, connection_id=self._connection_id):  # noqa: ASYNC110  another process frees it
                await asyncio.sleep(NEXT_READER)
            try:
                while (wait := await self._wait(database, shares)) > 0:  # noqa: ASYNC110  only time frees a call
                    await asyncio.sleep(wait)
                yield database
            finally:
                await QUERIES.unlock_reading(database, connection_id=self._connection_id)

    async def _wait(self, database: Connection, shares: dict[str, int]) -> float:
        seconds: float = await QUERIES.take_call(
            database, connection_id=self._connection_id, **shares
        )
        return seconds


@asynccontextmanager
async def opened(parts: Parts, connection_id: int, label: str) -> AsyncIterator[Reader]:
    """Open a reader for a connection; `label` is its name, for metrics."""
    settings = parts.settings
    async with open_client(settings.xero_api_url) as client:
        session = Session(client, Budget(settings.xero_calls_per_minute), label)
        grant = Grant(parts.pool, parts.vault, Endpoints.of(settings), connection_id)
        yield Reader(parts.pool, connection_id, session, grant)


def _rows(name: str, answer: Answer) -> list[Row]:
    rows = answer.body.get(name) if isinstance(answer.body, dict) else None
    if not isinstance(rows, list):
        raise Unavailable(f"Xero's answer lacks {name!r}")
    return rows


def _last_page(answer: Answer, unknown: int) -> int:
    """The number of the last page: as Xero says, else as one can see."""
    pages = answer.body.get("pagination")
    return int(pages.get("pageCount", unknown)) if isinstance(pages, dict) else unknown


def _passes(answer: Answer) -> bool:
    """Whether another try may help; the session's budget waits as long as Xero asked."""
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        of_day = answer.headers.get("x-rate-limit-problem") == "day"
        return not of_day and (answer.number("retry-after") or 0) <= PATIENCE
    return answer.status is None or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _checked(answer: Answer) -> Answer:
    if answer.status == HTTPStatus.OK:
        return answer
    said = "; ".join(messages(answer.body)) or answer.text[:200]
    if answer.status is None:
        raise Unavailable(f"Xero does not answer: {said}")
    if answer.status in REFUSED:
        raise Disconnected(f"Xero refuses to be read ({answer.status}): {said}")
    if answer.status == HTTPStatus.BAD_REQUEST:
        raise QueryRefused(f"Xero can't read the query: {said}")
    raise Unavailable(f"Xero answers {answer.status}" + (f": {said}" if said else ""))
