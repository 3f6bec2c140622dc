"""What an endpoint is given: one authorised request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.xero.organisation import Organisation


@dataclass
class Call:
    """One authorised request to one organisation."""

    method: str
    path: Mapping[str, str]
    query: Mapping[str, str]  # names in lower case
    body: bytes
    organisation: Organisation
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
