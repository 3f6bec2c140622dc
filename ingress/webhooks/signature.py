"""Zoho's signature: HMAC-SHA256 over the sorted pairs, then the bytes of the body."""

import hmac
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qsl

from schemas.payloads import FORM

HEADER: Final = b"x-zoho-webhook-signature"
MOST_PAIRS: Final = 2000  # reading pairs comes before trust, so it must stay cheap


def signed_bytes(query: bytes, content_type: str, body: bytes) -> bytes:
    """Put together what Zoho signs.

    Keys and values of the query, and of a body that is a form, sorted by key and joined without
    separators; then the body's bytes when it is no form. `content_type` in lower case. Raises
    ValueError when there are too many pairs.
    """
    if content_type.startswith(FORM):
        return _joined([*_pairs(query), *_pairs(body)])
    return _joined(_pairs(query)) + body if query else body


def is_signed(message: bytes, signature: bytes, secrets: Sequence[bytes]) -> bool:
    """Whether one of the secrets made this signature (hexadecimal, either case), in constant time.

    There are two secrets while one replaces the other. Bytes are compared, never texts: a header
    may hold anything.
    """
    given = signature.strip().lower()
    matches = [
        hmac.compare_digest(hmac.digest(secret, message, "sha256").hex().encode(), given)
        for secret in secrets
    ]
    return any(matches)


def _pairs(text: bytes) -> list[tuple[str, str]]:
    return parse_qsl(
        text.decode("utf-8", "surrogateescape"),
        keep_blank_values=True,
        errors="surrogateescape",
        max_num_fields=MOST_PAIRS,
    )


def _joined(pairs: list[tuple[str, str]]) -> bytes:
    in_order = sorted(pairs, key=lambda pair: pair[0])
    return "".join(key + value for key, value in in_order).encode("utf-8", "surrogateescape")
