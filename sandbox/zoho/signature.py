"""The signature of webhooks (Zoho: webhook signature); it carries no time."""

import hmac
from hashlib import sha256
from urllib.parse import parse_qsl

HEADER = "X-Zoho-Webhook-Signature"
FORM = "application/x-www-form-urlencoded"


def signed_text(query: str, content_type: str, body: bytes) -> bytes:
    """Return what is signed: sorted names and values without any separator, then the raw body.

    A form's pairs are sorted in with those of the query, in place of its raw body.
    """
    pairs = parse_qsl(query, keep_blank_values=True)
    if content_type.startswith(FORM):
        pairs += parse_qsl(body.decode(), keep_blank_values=True)
        body = b""
    return "".join(name + value for name, value in sorted(pairs)).encode() + body


def sign(secret: str, query: str, content_type: str, body: bytes) -> str:
    """Return the HMAC-SHA256 of the signed text, in hex."""
    return hmac.new(secret.encode(), signed_text(query, content_type, body), sha256).hexdigest()
