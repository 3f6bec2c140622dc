"""Who is on the way to consent: a state that is good once, for ten minutes, in one browser."""

import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bridge.postgres import Connection, borrowed
from bridge.queries import load
from ingress.connections.office import Office
from ingress.cookies import HostCookie

QUERIES = load(__file__, "consents.sql")
LOG = structlog.get_logger()
System = Literal["xero", "zoho"]
BYTES: Final = 32  # 256 bits
LIFE: Final = 600  # seconds
LARGEST: Final = 4096  # characters of what comes in through a browser
PATIENCE: Final = 10.0  # seconds for the database
ID: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Departure:
    """What goes with a person: the state, the browser's id, and the verifier that stays (PKCE)."""

    state: str
    browser: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who is back: for which connection, who had sent them, and the verifier that was kept."""

    connection_id: int
    name: str
    actor: str
    verifier: str


class Consents:
    """The way to one system's consent and back, for whoever starts it."""

    def __init__(self, office: Office, system: System) -> None:
        self.redirect = f"{office.settings.public_url}/connect/{system}/callback"
        self._office = office
        self._system = system
        # It tells the browser that left from all others.
        self._cookie = HostCookie(office.settings.public_url, "bridge-connect", LIFE)

    async def depart(
        self, request: Request, database: Connection, connection_id: int, actor: str
    ) -> Departure:
        """Note that somebody is sent to consent."""
        departure = Departure(
            state=secrets.token_urlsafe(BYTES),
            browser=self._browser(request) or secrets.token_urlsafe(BYTES),
            verifier=secrets.token_urlsafe(48),
        )
        context = f"{connection_id}/consent.{self._system}"
        await QUERIES.depart(
            database,
            state=_digest(departure.state),
            connection_id=connection_id,
            system=self._system,
            browser=_digest(departure.browser),
            sealed=self._office.vault.seal(departure.verifier, context=context),
            actor=actor,
        )
        return departure

    def send(self, departure: Departure, url: str) -> Response:
        """Send the browser to the consent."""
        response = RedirectResponse(url, 303)
        self._cookie.write(response, departure.browser)
        return response

    async def callback(
        self, request: Request, take: Callable[[Arrival, str], Awaitable[str]]
    ) -> Response:
        """Let `take` use the code that came along; it gives one word for what became of it.

        The answer only ever leads on, and holds nothing of what came.
        """
        async with borrowed(self._office.pool, PATIENCE) as database:
            arrival = await self._arrive(request, database)
        if arrival is None:
            return back(None, "expired")
        code = given(request, "code")
        word = await take(arrival, code) if code else "denied"
        told = {"connection": arrival.name, "actor": arrival.actor}
        LOG.info("consent.ended", system=self._system, result=word, **told)
        return back(arrival.name, word)

    def _browser(self, request: Request) -> str:
        """Give the browser's id, "" where it has none of ours."""
        browser = self._cookie.read(request) or ""
        return browser if ID.fullmatch(browser) else ""

    async def _arrive(self, request: Request, database: Connection) -> Arrival | None:
        """Use the state up; None where it is unknown, used, late, or another browser's."""
        row = await QUERIES.arrive(
            database,
            state=_digest(given(request, "state")),
            system=self._system,
            browser=_digest(self._browser(request)),
        )
        if row is None or not row["good"]:
            return None
        context = f"{row['connection_id']}/consent.{self._system}"
        verifier = self._office.vault.open(row["sealed"], context=context)
        return Arrival(row["connection_id"], row["name"], row["actor"], verifier)


def given(request: Request, name: str) -> str:
    """Give what came along under a name, within bounds; "" where nothing did."""
    return request.query_params.get(name, "")[:LARGEST]


def back(name: str | None, word: str) -> Response:
    """Lead a browser to the connection's page, with one word for what became of the consent."""
    place = f"/connections/{quote(name)}" if name else "/"
    return RedirectResponse(f"{place}?connect={word}", 303)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
