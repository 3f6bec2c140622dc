"""The shapes of what may be sent: types and enumerations; a body that breaks them can't be read.

Lengths and business rules are not judged here: Xero answers those element by element.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from sandbox.xero.answer import Record
from sandbox.xero.refusals import malformed

_MICROSOFT = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T[\d:.]+Z?)?")


def _day(value: object) -> object:
    """Read `2026-10-01`, `2026-10-01T00:00:00` or `/Date(ms+0000)/` (Xero: dates)."""
    text = str(value)
    if found := _MICROSOFT.fullmatch(text):
        return datetime.fromtimestamp(int(found[1]) / 1000, UTC).date()
    if found := _ISO.fullmatch(text):
        return date.fromisoformat(found[1])
    raise ValueError("not a date")


def _guid(value: str) -> str:
    return str(UUID(value))


def _word(value: object) -> object:
    """Take a number for a text, as Xero does."""
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


Day = Annotated[date, BeforeValidator(_day)]
Guid = Annotated[str, AfterValidator(_guid)]
Text = Annotated[str, BeforeValidator(_word)]
# No document has more; beyond it the arithmetic would leave Decimal's 28 digits.
Amount = Annotated[Decimal, Field(gt=-(10**12), lt=10**12)]
LineAmountTypes = Literal["Exclusive", "Inclusive", "NoTax"]


def _wire_name(name: str) -> str:
    """`invoice_id` is InvoiceID on the wire, `line_item_id` LineItemID."""
    return re.sub(r"Id$", "ID", to_pascal(name))


class Shape(BaseModel):
    """Properties it doesn't know are ignored, as Xero does; so are nulls."""

    model_config = ConfigDict(alias_generator=_wire_name, extra="ignore")


def read(shape: type[Shape], sent: object) -> Record:
    """Return what was sent, in our values and with nulls left out.

    Raises Answered (400, PostDataInvalidException) naming the first property that doesn't fit.
    """
    try:
        model = shape.model_validate(sent)
    except ValidationError as broken:
        first = broken.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise malformed(f"The property '{where}' is not valid: {first['msg']}") from None
    return model.model_dump(by_alias=True, exclude_unset=True, exclude_none=True)
