"""Our values as Xero's JSON, and Xero's JSON as our values."""

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import orjson

from sandbox.xero.answer import Record


def decode(body: bytes) -> Any:
    """Read JSON with numbers as Decimal. Raises ValueError for what is no JSON, NaN included."""
    return json.loads(body, parse_float=Decimal, parse_constant=_no_number)


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def encode(body: Any) -> bytes:
    """Write JSON: money as numbers, dates as `/Date(ms+0000)/`, our own names left out."""
    return orjson.dumps(_wire(body))


def _wire(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _wire(each) for name, each in value.items() if not name.startswith("_")}
    if isinstance(value, list | tuple):
        return [_wire(each) for each in value]
    if isinstance(value, Decimal):
        return float(value)
    return microsoft(value) if isinstance(value, date) else value


def microsoft(moment: date) -> str:
    """Write a time, or a day as its midnight in UTC, in Xero's way."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), UTC)
    return f"/Date({int(moment.timestamp() * 1000)}+0000)/"


def with_strings(record: Record) -> Record:
    """Add the readable twins: DateString, DueDateString, UpdatedDateUTCString."""
    twins = {
        f"{name}String": _plain(record[name])
        for name in ("Date", "DueDate", "UpdatedDateUTC")
        if record.get(name)
    }
    return {**record, **twins}


def _plain(moment: date) -> str:
    if isinstance(moment, datetime):
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%f0Z")
    return f"{moment.isoformat()}T00:00:00"
