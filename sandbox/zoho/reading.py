"""Values out of request bodies; what does not read is refused by the field's name."""

from datetime import date
from decimal import Decimal, InvalidOperation

from sandbox.zoho.encoding import Record
from sandbox.zoho.refusals import invalid, required

LARGEST = Decimal("1e9")


def text(body: Record, name: str, default: str = "") -> str:
    """Return a text, numbers included (ids come either way); `default` when missing or empty."""
    value = body.get(name)
    if value in (None, ""):
        return default
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise invalid(name)
    return str(value)


def needed(body: Record, name: str) -> str:
    """Return a text that must be there."""
    value = text(body, name)
    if not value:
        raise required(name)
    return value


def amount(body: Record, name: str, default: Decimal = Decimal(0)) -> Decimal:
    """Return a number as Decimal, also from a text; `default` when missing or empty."""
    value = body.get(name)
    if value in (None, ""):
        return default
    return number(value, name)


def number(value: object, name: str) -> Decimal:
    """Return a number or a number's text as Decimal. Raises Refused, naming the field."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise invalid(name)
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise invalid(name) from None
    if not found.is_finite() or abs(found) > LARGEST:
        raise invalid(name)
    return found


def day(body: Record, name: str, default: date) -> date:
    """Return a date from `yyyy-mm-dd`; `default` when missing or empty."""
    value = text(body, name)
    try:
        return date.fromisoformat(value) if value else default
    except ValueError:
        raise invalid(name) from None


def flag(body: Record, name: str, *, default: bool = False) -> bool:
    """Return a yes or no; `default` when missing or empty."""
    value = body.get(name)
    if value in (None, ""):
        return default
    if not isinstance(value, bool):
        raise invalid(name)
    return value


def rows(body: Record, name: str) -> list[Record]:
    """Return a list of objects; empty when missing."""
    value = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise invalid(name)
    return value


def one(body: Record, name: str) -> Record:
    """Return an object; empty when missing."""
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise invalid(name)
    return value
