"""What `/api` and the command line say of an import from Xero into Zoho (C3)."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from schemas.api import Shape

Kind = Literal["account", "customer", "vendor"]
ItemOutcome = Literal["created", "matched", "refused", "waiting"]


class ImportItem(Shape):
    """One account or contact of Xero's, and what became of it in Zoho."""

    kind: Kind
    name: str
    xero_id: str
    outcome: ItemOutcome
    reason: str | None


class ImportView(Shape):
    """An import: how far it is, and what became of what it saw."""

    actor: str = Field(description="who asked for it; bridge for a connection's first one")
    state: Literal["waiting", "running", "done", "failed"] = Field(
        description="done: all was looked at; contacts that still wait are being written"
    )
    step: str = Field(description="what it is at: accounts, contacts")
    problem: str | None = Field(description="why it failed, or what it could not do")
    asked_at: datetime
    ended_at: datetime | None
    counts: dict[Kind, dict[ItemOutcome, int]] = Field(
        description="how many of each kind were created, matched or refused, or still wait"
    )
    refused: list[ImportItem] = Field(description="what could not be taken over, and why")
