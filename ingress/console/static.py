"""The console's own files: read once, named by what is in them, and kept by browsers."""

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER: Final = Path(__file__).with_name("static")
TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FILES: Final = {
    path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES
}
KEPT: Final = {"Cache-Control": "public, max-age=31536000, immutable"}


def href(name: str) -> str:
    """Give the address of a file; it changes with what is in it."""
    return f"/static/{name}?{hashlib.sha256(FILES[name]).hexdigest()[:12]}"


def routes() -> list[Route]:
    """Give a route for each file."""
    return [Route(f"/static/{name}", _answer(name)) for name in FILES]


def _answer(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(_request: Request) -> Response:
        return Response(FILES[name], media_type=TYPES[Path(name).suffix], headers=KEPT)

    return answer
