"""Reading from Xero beside the outbox: few calls, well spaced, under the connection's own grant."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx

from bridge.crypto import Vault
from bridge.postgres import Pool
from bridge.settings import Settings
from clients.xero.answers import Answer, messages
from clients.xero.budget import Budget
from clients.xero.errors import Disconnected, Unavailable
from clients.xero.grants import Grant
from clients.xero.identity import Endpoints
from clients.xero.session import Session, Token, open_client

PER_MINUTE: Final = 5  # calls; what the outbox's budget leaves to others
PAGE: Final = 500  # rows; Xero allows 1000, which is a heavy answer for whole documents
MOST_PAGES: Final = 2000  # a list that never ends is an error of Xero's
UNAUTHORISED: Final = 401
REFUSED: Final = (401, 403)

Row = dict[str, Any]


class Reader:
    """Reads lists of one organisation; every call raises Disconnected or Unavailable."""

    def __init__(self, session: Session, grant: Grant) -> None:
        self._session = session
        self._grant = grant

    async def rows(self, name: str, path: str) -> list[Row]:
        """Read a list that comes whole; `name` is the key of its rows."""
        return _rows(name, await self._get(path))

    async def pages(self, name: str, path: str) -> AsyncIterator[list[Row]]:
        """Read a list page by page, one call each; its rows come with all their details."""
        more = "&" if "?" in path else "?"
        for page in range(1, MOST_PAGES + 1):
            answer = await self._get(f"{path}{more}page={page}&pageSize={PAGE}")
            rows = _rows(name, answer)
            if rows:
                yield rows
            if len(rows) < PAGE:
                return
        raise Unavailable(f"Xero's list {path} does not end")

    async def _get(self, path: str) -> Answer:
        token = await self._grant.token()
        answer = await self._session.get(path, token)
        if answer.status == UNAUTHORISED:
            answer = await self._session.get(path, await self._renewed(token))
        if answer.status != httpx.codes.OK:
            raise _error(answer)
        return answer

    async def _renewed(self, token: Token) -> Token:
        return await self._grant.token(newer_than=token.generation)


@asynccontextmanager
async def opened(
    pool: Pool, vault: Vault, settings: Settings, connection_id: int, label: str
) -> AsyncIterator[Reader]:
    """Open a reader for a connection; `label` is its name, for metrics."""
    endpoints = Endpoints.of(settings)
    budget = Budget(min(PER_MINUTE, settings.xero_calls_per_minute))
    async with open_client(settings.xero_api_url) as client:
        grant = Grant(pool, vault, endpoints, connection_id)
        yield Reader(Session(client, budget, label), grant)


def _rows(name: str, answer: Answer) -> list[Row]:
    rows = answer.body.get(name) if isinstance(answer.body, dict) else None
    if not isinstance(rows, list):
        raise Unavailable(f"Xero's answer lacks {name!r}")
    return rows


def _error(answer: Answer) -> Exception:
    said = "; ".join(messages(answer.body)) or answer.text[:200]
    if answer.status is None:
        return Unavailable(f"Xero does not answer: {said}")
    if answer.status in REFUSED:
        return Disconnected(f"Xero refuses to be read ({answer.status}): {said}")
    return Unavailable(f"Xero answers {answer.status}: {said}")
