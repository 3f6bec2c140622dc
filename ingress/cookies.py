"""Cookies of this host alone, out of a page's sight."""

from starlette.requests import Request
from starlette.responses import Response


class HostCookie:
    """One cookie: `name` without its prefix, `life` in seconds.

    Lax: it comes along when Xero or Zoho sends the browser back, and with nothing else of theirs.
    """

    def __init__(self, public_url: str, name: str, life: int) -> None:
        # The prefix binds it to this host; browsers take it over https only.
        self._secure = public_url.startswith("https:")
        self.name = f"__Host-{name}" if self._secure else name
        self._life = life

    def read(self, request: Request) -> str | None:
        """Give what a request carries."""
        return request.cookies.get(self.name)

    def write(self, response: Response, value: str) -> None:
        """Let an answer carry it."""
        response.set_cookie(
            self.name,
            value,
            max_age=self._life,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response) -> None:
        """Let the browser forget it."""
        response.delete_cookie(
            self.name, path="/", secure=self._secure, httponly=True, samesite="lax"
        )
