"""A body's content: decoded within bounds, and a fingerprint that outlives Zoho's re-spellings."""

import hashlib
from decimal import Decimal
from typing import Any, Final

import orjson

from schemas.reading import decimals

DEEPEST: Final = 40  # lists and objects inside each other; Zoho's documents have five
TOO_DEEP: Final = f"it is nested deeper than {DEEPEST} levels"
# Zoho makes links anew at each reading, and shows numbers a second time as localised text.
VOLATILE: Final = ("_url", "_formatted")
PLAIN: Final = frozenset({str, float, bool, type(None)})  # one spelling as they are


def decode(text: bytes) -> Any:
    """Read JSON; ValueError says why it is none (truncated, NaN, nested too deep …).

    What a strict reader refuses but Zoho may send is read all the same: half a surrogate pair at
    the end of a cut text (shown as `?`), a byte order mark.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return _mended(_tolerant(text))


def canonical(value: Any, room: int = DEEPEST) -> Any:
    """Bring content to one spelling: a whole number is its text, volatile fields are left out.

    Ids come as numbers or as texts. Raises ValueError when lists and objects are nested deeper
    than `room`.
    """
    if type(value) is dict:
        room = _deeper(room)
        return {
            name: inner if type(inner) in PLAIN else canonical(inner, room)
            for name, inner in value.items()
            if not name.endswith(VOLATILE)
        }
    if type(value) is list:
        room = _deeper(room)
        return [inner if type(inner) in PLAIN else canonical(inner, room) for inner in value]
    return float(value) if type(value) is Decimal else str(value)


def fingerprint(content: Any) -> bytes:
    """Hash canonical content: equal for equal content, in whatever order its keys came."""
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()


def _deeper(room: int) -> int:
    if not room:
        raise ValueError(TOO_DEEP)
    return room - 1


def _tolerant(text: bytes) -> Any:
    try:
        return decimals(text)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    except ArithmeticError:
        raise ValueError("it holds a number beyond all bounds") from None


def _mended(value: Any, room: int = DEEPEST) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        room = _deeper(room)
        return {_mended(name): _mended(inner, room) for name, inner in value.items()}
    if isinstance(value, list):
        room = _deeper(room)
        return [_mended(inner, room) for inner in value]
    return value
