"""What a webhook's sender is told: a status, a word, the reason, and what mends it."""

from typing import Any, Final

import orjson
from starlette.types import Send

JSON: Final = (b"content-type", b"application/json")
Header = tuple[bytes, bytes]
# For every answer of the process that does not say otherwise: it is no page, and may not be kept.
SECURITY_HEADERS: Final[tuple[Header, ...]] = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
A_YEAR_OF_HTTPS: Final = (b"strict-transport-security", b"max-age=31536000")
RETRY_AFTER: Final = (b"retry-after", b"5")  # seconds
CLOSE: Final = (b"connection", b"close")  # the rest of the body is not waited for
CHALLENGE: Final = (b"www-authenticate", b"Zoho-Webhook-Signature")
# A machine asked: what is for browsers alone would only cost time.
PREBUILT: Final = (JSON, (b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


def security_headers(public_url: str) -> tuple[Header, ...]:
    """Give what every answer carries; under https, that it is never left again."""
    if public_url.startswith("https:"):
        return (*SECURITY_HEADERS, A_YEAR_OF_HTTPS)
    return SECURITY_HEADERS


class Refused(Exception):
    """A webhook that is not accepted. `result` is the metric's word, `error` the answer's."""

    def __init__(
        self, status: int, result: str, error: str, reason: str, fix: str, *headers: Header
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.result = result
        self.error = error
        self.headers = headers
        self.content = {"error": error, "reason": reason, "fix": fix}


def unknown_query() -> Refused:
    """Any query but `?id=<digits>` would let one signature stand for several meanings."""
    return Refused(
        422,
        "unreadable",
        "unknown_query",
        "the address has a query other than ?id=<digits>",
        "Enter the address as `bridge connection show` prints it, at most with ?id= and the id",
    )


def unknown_address() -> Refused:
    """No connection has this endpoint, or the module or trigger is none of ours."""
    return Refused(
        404,
        "unknown",
        "unknown_address",
        "no connection, module or trigger has this address",
        "Enter the address as `bridge connection show` prints it",
    )


def too_large(limit: int) -> Refused:
    """The body is longer than any document. What still comes of it is read and thrown away.

    Closing at once would reset the connection, and the sender would not see the answer.
    """
    return Refused(
        413,
        "too_large",
        "too_large",
        f"the body is longer than {limit} bytes",
        "Leave the webhook's body at Zoho's default payload; the sweep reads the document itself",
    )


def cut_off(reason: str) -> Refused:
    """The body did not come whole."""
    fix = "Send the webhook again; the sweep reads the document otherwise"
    return Refused(422, "unreadable", "cut_off", reason, fix, CLOSE)


def unsigned(reason: str) -> Refused:
    """The signature is missing or wrong."""
    return Refused(
        401,
        "unsigned",
        "unsigned",
        reason,
        "Give Zoho's webhook the same secret token as the connection's webhook_secret",
        CHALLENGE,
    )


def locked() -> Refused:
    """The connection's secret can't be opened here, so nobody's signature can be judged."""
    return Refused(
        503,
        "unavailable",
        "locked",
        "the connection's webhook secret can't be opened here",
        "Start the bridge with the BRIDGE_SECRET_KEY under which the connection was applied",
        RETRY_AFTER,
    )


def unreadable(reason: str) -> Refused:
    """The body is no document."""
    return Refused(
        422,
        "unreadable",
        "unreadable",
        reason,
        "Leave the webhook's body at Zoho's default payload; the sweep reads the document itself",
    )


def unavailable(reason: str) -> Refused:
    """Nothing can be stored now, so nothing is accepted."""
    fix = "Send the webhook again soon"
    return Refused(503, "unavailable", "unavailable", reason, fix, RETRY_AFTER)


async def answer(
    send: Send, status: int, content: dict[str, Any], request_id: str, *headers: Header
) -> None:
    """Send a JSON answer that names the request."""
    body = orjson.dumps(content | {"request_id": request_id})
    length = (b"content-length", b"%d" % len(body))
    named = (b"x-request-id", request_id.encode())
    start = {"type": "http.response.start", "status": status}
    await send(start | {"headers": [length, named, *PREBUILT, *headers]})
    await send({"type": "http.response.body", "body": body})
