"""What `/api` tells of the newest comparison of both sides (G3)."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from schemas.api import Shape


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
