"""What the lines to both systems share: how a request can fail on its way, and how much is read."""

from typing import Final

import httpx

LARGEST_ANSWER: Final = 16 * 1024 * 1024  # bytes
# No byte of the request can have reached the other side.
NEVER_LEFT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
)
# One may have: caught after the above, of which some are among these.
PERHAPS_LEFT: Final = (httpx.TransportError, httpx.DecodingError, TimeoutError)
