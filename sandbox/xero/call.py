"""What an endpoint is given (a call) and what it gives back (an answer)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.xero.organisation import Organisation

# A record has the names of Xero's own JSON, with values of Python's kind: Decimal, date, aware
# datetime. Names that start with an underscore are the stand-in's own and are never answered.
Record = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """A status, a body (records as JSON, or plain text) and headers."""

    status: int
    body: Record | list[Record] | str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """One authorised request to one organisation."""

    method: str
    path: Mapping[str, str]
    query: Mapping[str, str]  # names in lower case
    body: bytes
    organisation: "Organisation"
    client_id: str
    now: datetime
    modified_since: datetime | None = None
    warnings: list[str] = field(default_factory=list)
    most: int | None = None  # elements until Xero fails

    @property
    def places(self) -> int:
        """Decimal places that unit prices keep: 2, or 4 with `unitdp=4` (Xero: invoices)."""
        return 4 if self.query.get("unitdp") == "4" else 2

    def warn(self, message: str) -> None:
        """Add a warning: the element is saved all the same."""
        self.warnings.append(message)
