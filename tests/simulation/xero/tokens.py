"""The small Xero's identity server: access tokens, and refresh tokens that rotate."""

import asyncio
import base64
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

import httpx

from tests.simulation.chance import Chance
from tests.simulation.loop import Proc

TOKEN_LIFE: Final = 1800
GRACE: Final = 1800.0  # seconds that the refresh token before still serves


@dataclass
class Token:
    """An access token: for which organisation, and until when."""

    tenant: str
    until: float
    number: int


@dataclass(eq=False)
class Identity:
    """Gives tokens out, and notes who asked when."""

    chance: Chance
    loop: asyncio.AbstractEventLoop
    refreshes: dict[str, list[float]]  # when each app's tokens were given
    tenants: dict[str, str]  # the organisation of each
    tokens: dict[str, Token] = field(default_factory=dict)
    logins: list[dict[str, Any]] = field(default_factory=list)

    async def answer(
        self, request: httpx.Request, proc: Proc, promise: "asyncio.Future[httpx.Response]"
    ) -> None:
        """Answer a token request."""
        entry: dict[str, Any] = {"proc": proc.name, "sent": self.loop.time(), "answered": None}
        self.logins.append(entry)

        def given_up(asked: "asyncio.Future[httpx.Response]") -> None:
            if asked.cancelled():
                entry["answered"] = self.loop.time()

        promise.add_done_callback(given_up)
        await asyncio.sleep(self.chance.way())
        status, content = self.decide(request, entry)
        await asyncio.sleep(self.chance.way())
        if not promise.done():
            entry["answered"] = self.loop.time()
            promise.set_result(httpx.Response(status, json=content))

    def decide(self, request: httpx.Request, entry: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Give tokens, or none; notes in the entry whose they are, or that they are refused."""
        owner = entry["tenant"] = _client_id(request).removeprefix("client-")
        form = dict(parse_qsl(request.content.decode()))
        refreshes = form["grant_type"] == "refresh_token"
        if refreshes and not self._rotates(owner, form):
            entry["refused"] = True
            return 400, {"error": "invalid_grant"}
        token = f"token-{len(self.tokens) + 1}"
        self.tokens[token] = Token(
            self.tenants[owner], self.loop.time() + TOKEN_LIFE, len(self.tokens) + 1
        )
        given = {"access_token": token, "expires_in": TOKEN_LIFE, "token_type": "Bearer"}
        if refreshes:
            given["refresh_token"] = f"refresh-{owner}-{len(self.refreshes[owner]) - 1}"
        return 200, given

    def _rotates(self, owner: str, form: dict[str, str]) -> bool:
        """Give out a new refresh token for the last one, or for an earlier one in its grace.

        Its grace begins with its first use: so long may an answer that was lost be asked for again.
        """
        given, now = self.refreshes[owner], self.loop.time()
        number = int(form["refresh_token"].rpartition("-")[2])
        if number != len(given) - 1 and now - given[number + 1] > GRACE:
            return False
        given.append(now)
        return True

    def revoke_all(self) -> None:
        """Let every access token die before its time."""
        for token in self.tokens.values():
            token.until = self.loop.time()


def _client_id(request: httpx.Request) -> str:
    raw = request.headers["authorization"].removeprefix("Basic ")
    return base64.b64decode(raw).decode().partition(":")[0]
