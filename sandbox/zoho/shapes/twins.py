"""The `_formatted` twins that stand beside each amount, date and status: text for people."""

from datetime import date
from decimal import Decimal

from sandbox.zoho.encoding import Record
from sandbox.zoho.times import long_date

_PLAIN = frozenset({"exchange_rate", "quantity", "discount_percent", "tax_percentage"})
_DATES = frozenset({"date", "due_date", "issued_date", "last_payment_date"})


def with_twins(record: Record, symbol: str) -> Record:
    """Return the record with the twins of its own fields (not of what is nested in it)."""
    twins = {
        f"{name}_formatted": text
        for name, value in record.items()
        if (text := _text(name, value, symbol)) is not None
    }
    return record | twins


def _text(name: str, value: object, symbol: str) -> str | None:
    if isinstance(value, Decimal) and name not in _PLAIN and not name.startswith("bcy_"):
        sign = "-" if value < 0 else ""
        return f"{sign}{symbol}{abs(value):,f}"
    if name in _DATES and isinstance(value, str) and value:
        return long_date(date.fromisoformat(value))
    if name == "status" and isinstance(value, str):
        return value.replace("_", " ").title()
    return None
