"""What `/api` answers, and takes, about setting connections up."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from schemas.api import Shape, WebhookAddress

Given = ConfigDict(extra="forbid", frozen=True)


class AppliedView(Shape):
    """What became of a connection file, and what a person should know."""

    name: str
    endpoint: str
    state: Literal["created", "updated", "unchanged"]
    changes: list[str] = Field(description="the fields that changed, `accounts.sales`")
    warnings: list[str]
    webhooks: list[WebhookAddress] = Field(description="addresses to be entered in Zoho")


class Patch(RootModel[dict[str, Any]]):
    """A merge patch of a connection file (RFC 7396): what is absent stays, null takes away."""


class ConfigurationView(Shape):
    """A connection's choices, as its file has them, with the names of its secrets."""

    name: str
    config: dict[str, Any]
    secrets: list[str] = Field(description="names only; what they are is never shown")


class Enabled(Shape):
    """What enabling set free."""

    enabled: Literal[True] = True
    released: int = Field(description="held events that are decided now")
    warnings: list[str]


class Disabled(Shape):
    """Nothing is sent any more; webhooks are kept."""

    enabled: Literal[False] = False


class Deletion(BaseModel):
    """Says once more which connection is to be deleted."""

    model_config = Given

    name: str = Field(max_length=63, description="the connection's name, as a confirmation")
    keep_history: bool = False


class Deleted(Shape):
    """What is left of a deleted connection."""

    kept_as: str | None = Field(description="the name that its history goes by, if it was kept")
    warnings: list[str]


class ProblemView(Shape):
    """Something about the connection as a whole that a person must mend."""

    code: str
    what: str
    remedy: str
    opened_at: datetime


class ProblemList(Shape):
    """What a person must mend, longest first."""

    problems: list[ProblemView]


class FindingView(Shape):
    """One prerequisite that is not met, or something that is good to know."""

    code: str
    level: Literal["stops", "wrong", "note"] = Field(
        description="stops: nothing is sent until it is mended; wrong: mend it; note: good to know"
    )
    what: str
    remedy: str


class FindingList(Shape):
    """All that a check of both organisations has found."""

    findings: list[FindingView]


class Organisation(Shape):
    """A Xero organisation that the consent covers."""

    tenant_id: str
    name: str
    chosen: bool


class OrganisationList(Shape):
    """The Xero organisations that the consent covers."""

    organisations: list[Organisation]


class Choice(BaseModel):
    """Which of the organisations is meant."""

    model_config = Given

    tenant_id: str = Field(max_length=64)


class AccountView(Shape):
    """An account of Xero's chart, and what it can be chosen for."""

    id: str
    code: str | None
    name: str
    type: str
    status: str
    fits: list[str] = Field(description="purposes of `accounts` that it can be chosen for")
    chosen_for: list[str] = Field(description="fields that name it: accounts.sales, account_map.4…")


class AccountList(Shape):
    """Xero's chart of accounts."""

    accounts: list[AccountView]


class RateView(Shape):
    """A tax rate of Xero's; `rate` in percent."""

    type: str
    name: str
    rate: Decimal


class TaxView(Shape):
    """A tax or tax group of Zoho's, what it is mapped to, and what would fit; `rate` in percent."""

    id: str
    name: str
    rate: Decimal | None
    is_group: bool
    sales: str | None
    purchases: str | None
    suggestions: list[RateView] = Field(description="rates of Xero's that are equal, likest first")


class TaxList(Shape):
    """Zoho's taxes, and the rates that Xero has."""

    taxes: list[TaxView]
    rates: list[RateView]


class AuditQuery(BaseModel):
    """Which part of the audit trail."""

    model_config = Given

    connection: str | None = Field(None, max_length=63)
    after: int = Field(0, ge=0, le=2**62, description="the last id that was read already")
    limit: int = Field(1000, ge=1, le=10_000)
    format: Literal["json", "csv"] = "json"


class AuditEntry(Shape):
    """Who changed what, from what to what. The hash covers the entry and the hash before it."""

    id: int
    at: datetime
    actor: str
    action: str
    connection: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    detail: dict[str, Any]
    hash: str


class AuditTrail(Shape):
    """The trail, oldest first."""

    entries: list[AuditEntry]
    first_break: int | None = Field(description="the first entry that was tampered with, or null")
