"""Who asks, and whether it is they who ask: tokens, sessions, and forged requests."""

import hmac
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from bridge.postgres import Connection
from bridge.settings import Settings
from ingress.auth import sessions, tokens
from ingress.auth.actor import Actor
from ingress.auth.sessions import LONGEST_LIFE, form_token
from ingress.cookies import HostCookie

SAFE: Final = frozenset(("GET", "HEAD", "OPTIONS"))
ELSEWHERE: Final = "the request comes from another site: use the bridge's own pages"
NO_PROOF: Final = "the page is older than the session: load it again, then repeat what you did"


class ForgedError(Exception):
    """A request that another site may have made a person's browser send; the text says why."""


class Admission:
    """Knows who may come in, by the settings of this process and the rows of the database."""

    def __init__(self, settings: Settings) -> None:
        token = settings.api_token
        self._token = token.get_secret_value() if token else None
        self._host = urlsplit(settings.public_url).netloc
        self.cookie = HostCookie(settings.public_url, "bridge", LONGEST_LIFE)

    async def actor(
        self, request: Request, connection: Connection, *, by_hand: bool = True
    ) -> Actor | None:
        """Say who asks: by the header Authorization where it is given, else by the session."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme:
            bearer = given.strip() if scheme.lower() == "bearer" else ""
            return await tokens.bearer(connection, bearer, self._token) if bearer else None
        session = self.cookie.read(request)
        return await sessions.find(connection, session, by_hand=by_hand) if session else None

    def from_here(self, request: Request) -> None:
        """Refuse what another site's page has sent; raises ForgedError.

        A browser says where a request comes from: Sec-Fetch-Site over https and on this machine,
        Origin with every form. What says neither is no browser.
        """
        site, origin = (request.headers.get(name) for name in ("sec-fetch-site", "origin"))
        ours = {self._host, request.headers.get("host")}
        if site and site != "same-origin":
            raise ForgedError(ELSEWHERE)
        if not site and origin is not None and urlsplit(origin).netloc not in ours:
            raise ForgedError(ELSEWHERE)

    def proven(self, request: Request, actor: Actor, proof: str) -> None:
        """Let a change through whose page belongs to the session; raises ForgedError.

        Whoever sends a token says so on purpose, and needs no other proof.
        """
        if request.method in SAFE or actor.session is None:
            return
        self.from_here(request)
        if not hmac.compare_digest(proof.encode(), form_token(actor.session).encode()):
            raise ForgedError(NO_PROOF)
