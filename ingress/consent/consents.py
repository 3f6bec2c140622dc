"""Who is on the way to consent: a state that is good once, for ten minutes, in one browser."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from bridge.crypto import Vault
from bridge.postgres import Connection
from bridge.queries import load

QUERIES = load(__file__)
System = Literal["xero", "zoho"]
BYTES: Final = 32  # 256 bits
LIFE: Final = 600  # seconds
ID: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Departure:
    """What goes with a person: the state, and the verifier that stays here (PKCE)."""

    state: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who is back: for which connection, who had sent them, and the verifier that was kept."""

    connection_id: int
    name: str
    actor: str
    verifier: str


class Browser:
    """The cookie that tells the browser that left from all others."""

    def __init__(self, public_url: str) -> None:
        self._secure = public_url.startswith("https:")
        self._name = "__Host-bridge-connect" if self._secure else "bridge-connect"

    def read(self, request: Request) -> str:
        """Give the browser's id, "" where it has none of ours."""
        given = request.cookies.get(self._name, "")
        return given if ID.fullmatch(given) else ""

    def write(self, response: Response, browser: str) -> None:
        """Let the browser keep its id for as long as a consent may take.

        Lax: it comes along when Xero or Zoho sends the browser back, and with nothing else.
        """
        response.set_cookie(
            self._name,
            browser,
            max_age=LIFE,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )


async def depart(
    database: Connection,
    vault: Vault,
    system: System,
    *,
    connection_id: int,
    browser: str,
    actor: str,
) -> Departure:
    """Note that somebody is sent to consent."""
    departure = Departure(secrets.token_urlsafe(BYTES), secrets.token_urlsafe(48))
    await QUERIES.depart(
        database,
        state=_digest(departure.state),
        connection_id=connection_id,
        system=system,
        browser=_digest(browser),
        sealed=vault.seal(departure.verifier, context=f"{connection_id}/consent.{system}"),
        actor=actor,
    )
    return departure


async def arrive(
    database: Connection, vault: Vault, system: System, *, state: str, browser: str
) -> Arrival | None:
    """Use a state up; None where it is unknown, used, late, or another browser's."""
    row = await QUERIES.arrive(
        database, state=_digest(state), system=system, browser=_digest(browser)
    )
    if row is None or not row["good"]:
        return None
    context = f"{row['connection_id']}/consent.{system}"
    verifier = vault.open(row["sealed"], context=context)
    return Arrival(row["connection_id"], row["name"], row["actor"], verifier)


def new_browser() -> str:
    """Make an id for a browser."""
    return secrets.token_urlsafe(BYTES)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
