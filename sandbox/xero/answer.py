"""What an endpoint gives back, and the records that it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# A record has the names of Xero's own JSON, with values of Python's kind: Decimal, date, aware
# datetime. Names that start with an underscore are the stand-in's own and are never answered.
Record = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """A status, a body (records as JSON, or plain text) and headers."""

    status: int
    body: Record | list[Record] | str
    headers: Mapping[str, str] = field(default_factory=dict)
