"""JSON both ways: money stays Decimal, and is written digit by digit."""

import json
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import orjson

from sandbox.zoho.refusals import Refused

Record = dict[str, Any]


def decode(content_type: str, body: bytes) -> Record:
    """Read a request's body: JSON, or the older form with a `JSONString` field.

    An empty body is an empty object. Raises Refused for what is no JSON object.
    """
    if content_type.startswith("application/x-www-form-urlencoded"):
        body = parse_qs(body.decode("utf-8", "replace")).get("JSONString", [""])[-1].encode()
    if not body.strip():
        return {}
    try:
        value = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Refused(1038, "JSON is not well formed")
    return value


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def encode(value: Any) -> bytes:  # JSON can be anything
    """Write JSON with the shortest numbers: 598, 199.99."""
    return orjson.dumps(value, default=_short)


def encode_exact(value: Any) -> bytes:  # as above
    """Write JSON with numbers as they stand, trailing zeros too: 1000.00 (Zoho: webhook bodies)."""
    return orjson.dumps(value, default=_exact)


def _exact(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no JSON form here")


def _short(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        text = format(value, "f")
        return orjson.Fragment(text.rstrip("0").rstrip(".") if "." in text else text)
    return _exact(value)
