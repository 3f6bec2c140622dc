"""A body's content: decoded within bounds, and a fingerprint that outlives Zoho's re-spellings."""

import hashlib
import re
from decimal import Decimal
from typing import Any, Final

import orjson

from schemas.reading import decimals

DEEPEST: Final = 40  # lists and objects inside each other; Zoho's documents have five
TOO_DEEP: Final = f"it is nested deeper than {DEEPEST} levels"
BEYOND: Final = "it holds a number beyond all bounds"
# Zoho makes links anew at each reading, and shows numbers a second time as localised text. A quote
# inside of a text has a backslash before it, so this finds names only, with their values.
VOLATILE: Final = re.compile(rb'(?:_url|_formatted)":(?:"[^"\\]*(?:\\.[^"\\]*)*"|null)')
NUMERIC_ID: Final = re.compile(rb":([0-9]{12,})(?=[,}])")


def decode(text: bytes) -> Any:
    """Read JSON; ValueError says why it is none (truncated, NaN, nested too deep …).

    What a strict reader refuses but Zoho may send is read all the same: half a surrogate pair at
    the end of a cut text (shown as `?`), a byte order mark.
    """
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError:
        return mended(_tolerant(text))
    if text.count(b"{") + text.count(b"[") > DEEPEST:
        _bound(content, DEEPEST)
    return content


def mended(value: Any, room: int = DEEPEST) -> Any:
    """Make content fit to be written: texts without half characters, ids as text.

    Raises ValueError when lists and objects are nested deeper than `room`.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if type(value) is int:
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    if not isinstance(value, dict | list):
        return value
    if not room:
        raise ValueError(TOO_DEEP)
    if isinstance(value, list):
        return [mended(inner, room - 1) for inner in value]
    return {mended(name): mended(inner, room - 1) for name, inner in value.items()}


def fingerprint(content: Any) -> bytes:
    """Hash content: the same for one document in every order and spelling that Zoho has for it.

    10.00 is 10.0, an id is the same as number and as text, and what changes by itself counts not.
    """
    text = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    text = NUMERIC_ID.sub(rb':"\1"', VOLATILE.sub(b'":0', text))
    return hashlib.sha256(text).digest()


def _tolerant(text: bytes) -> Any:
    try:
        return decimals(text)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    except ArithmeticError:
        raise ValueError(BEYOND) from None


def _bound(content: Any, room: int) -> None:
    if isinstance(content, dict | list):
        if not room:
            raise ValueError(TOO_DEEP)
        for inner in content.values() if isinstance(content, dict) else content:
            _bound(inner, room - 1)
