"""What `/api` tells of the newest comparison of both sides (G3)."""

from datetime import datetime
from typing import Final, Literal

from pydantic import Field

from schemas.api import Shape

# What begins the reason of a difference that is told as parked already, with what to do.
PARKED: Final = "parked: "


class DriftField(Shape):
    """One thing that differs, and what each side shows."""

    field: str
    zoho: str
    xero: str


class DriftRow(Shape):
    """A document that is missing in Xero, extra there, or different."""

    entity: str
    zoho_id: str = Field(description="empty for what Zoho knows nothing of")
    number: str
    kind: Literal["missing", "extra", "different"]
    field: str = Field(description="the first thing that differs")
    zoho: str
    xero: str
    reason: str = Field(description="why, where the bridge knows")
    xero_id: str
    currency: str | None = Field(None, description="of its amounts, where the document is known")
    fields: list[DriftField]

    @property
    def parked(self) -> bool:
        """Whether it differs because something of it is parked, which is told elsewhere."""
        return self.reason.startswith(PARKED)


class DriftView(Shape):
    """The newest comparison; without one, `compared_at` is null."""

    compared_at: datetime | None
    documents: int = Field(description="how many were compared")
    xero_calls: int
    zoho_calls: int
    notes: list[str] = Field(description="what could not be read, and what served instead")
    drift: list[DriftRow]
    asked_by: str | None = Field(description="who waits for another comparison")
    asked_at: datetime | None
    progress: str | None = Field(description="how far the one is that is being made; null: none is")
    problem: str | None = Field(description="why the last one failed; null once one went well")

    @property
    def parked(self) -> int:
        """How many of the differences are told as parked already."""
        return sum(row.parked for row in self.drift)
