"""Who may come in: the bearer of the token, for everything under `/api`."""

import hmac
from typing import Final

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

UNSET: Final = "BRIDGE_API_TOKEN is not set, so nobody may ask: set it and start the bridge again"
NEEDED: Final = "send the header Authorization: Bearer with the token in BRIDGE_API_TOKEN"


class Guard:
    """Lets requests with the right bearer token through; without a token set, nobody."""

    def __init__(self, app: ASGIApp, token: str | None) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 401."""
        if self._may_enter(dict(scope["headers"]).get(b"authorization", b"")):
            await self._app(scope, receive, send)
            return
        problem = {"error": "unauthorized", "reason": NEEDED if self._token else UNSET}
        challenge = {"WWW-Authenticate": 'Bearer realm="bridge"'}
        await JSONResponse(problem, status_code=401, headers=challenge)(scope, receive, send)

    def _may_enter(self, header: bytes) -> bool:
        scheme, _, given = header.partition(b" ")
        if not self._token or scheme.lower() != b"bearer":
            return False
        return hmac.compare_digest(given.strip(), self._token.encode())
