"""Tolerant reading of Zoho's JSON: `""` is missing, ids may be numbers, lists may be texts."""

import json
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict

LARGEST_EXPONENT: Final = 20  # no ledger has amounts beyond; keeps arithmetic bounded


def _blank_is_none(value: object) -> object:
    return None if value in ("", None) else value


def _text(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return str(value)
    return value.replace("\x00", "�") if isinstance(value, str) else value


def _number(value: object) -> object:
    value = _blank_is_none(value)
    if isinstance(value, float | bool):
        raise ValueError("is not a decimal number")  # noqa: TRY004  pydantic turns ValueError into a named problem
    if isinstance(value, int | str | Decimal):
        return _plain(_decimal(str(value)))
    return value


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value.adjusted()) > LARGEST_EXPONENT:
        raise ValueError(f"{text[:40]!r} is not a decimal number")
    return value


def _plain(value: Decimal) -> Decimal:
    # 10.00 and 10.0 are one amount: without this an unchanged document would look edited.
    return value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()


def _zero_if_blank(value: object) -> object:
    return Decimal(0) if value in ("", None) else _number(value)


def _stated(value: object) -> object:
    return Decimal(0) if value == "" else _number(value)


def _moment(value: object) -> object:
    value = _blank_is_none(value)
    if isinstance(value, str) and len(value) == len("2026-06-09"):
        return None  # older documents show a date only, which is no version stamp
    return value


def _rows(value: object) -> object:
    if value in ("", None):
        return []
    return json.loads(value, parse_float=Decimal) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_text)]
Id = Annotated[str, BeforeValidator(_text)]
Money = Annotated[Decimal, BeforeValidator(_zero_if_blank)]
Number = Annotated[Decimal | None, BeforeValidator(_number)]
# A sum of what is owned with the document: "" is none, and one that is not shown says nothing.
Stated = Annotated[Decimal | None, BeforeValidator(_stated)]
Amount = Annotated[Decimal, BeforeValidator(_number)]
Day = Annotated[date, BeforeValidator(_blank_is_none)]
OptionalDay = Annotated[date | None, BeforeValidator(_blank_is_none)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Rows = BeforeValidator(_rows)


class Reading(BaseModel):
    """A part of a Zoho document: unknown fields are passed over, a read one never changes."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


def decimals(raw: bytes | str) -> Any:
    """Parse JSON with money as Decimal; ValueError for NaN, Infinity and what is no JSON."""
    return json.loads(raw, parse_float=Decimal, parse_constant=_refuse)


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no number in JSON")
