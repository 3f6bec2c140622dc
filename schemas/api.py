"""What `/api` answers: connections, documents, and the whole history of one document."""

from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from schemas.words import (
    CommandState,
    DocumentState,
    Entity,
    EventState,
    Outcome,
    Source,
    Subject,
    Trigger,
)


class Shape(BaseModel):
    """A JSON object of the API. Times are ISO 8601 in UTC."""

    model_config = ConfigDict(frozen=True)


class EventView(Shape):
    """A webhook, or what a sweep found in its place."""

    id: int
    source: Source
    trigger: Trigger
    received_at: datetime
    state: EventState
    reason: str | None = Field(description="why it is parked or was passed over")


class DecisionView(Shape):
    """What an event came to, one for each action."""

    event_id: int
    action: str = Field(description="the row of the rule table, A1 to A29, or C6; - for none")
    outcome: Outcome
    code: str | None = Field(description="the reason as one word")
    reason: str | None
    decided_at: datetime


class AttemptView(Shape):
    """A request to Xero that carried the command."""

    at: datetime
    outcome: str
    status: int | None = Field(description="the HTTP status that Xero answered")
    message: str | None


class CommandView(Shape):
    """What Xero was asked, or is to be asked."""

    id: int
    event_id: int = Field(description="whose decision asked for it")
    kind: str
    state: CommandState
    action: str
    cause: str | None = Field(description="what parked it, as one word: tax:460…, xero:lock_date")
    reason: str | None
    waits_for: list[str] = Field(
        description="links that must exist in Xero, then what goes before it:"
        " `contact:460…`, `command 12 (invoice.put, parked)`, `event 7`"
    )
    attempts: list[AttemptView]
    xero_id: str | None
    created_at: datetime
    finished_at: datetime | None


class DocumentHistory(Shape):
    """Everything about one document of Zoho's, oldest first."""

    state: DocumentState
    number: str | None
    xero_id: str | None
    url: str | None = Field(description="where the document is seen in Xero")
    events: list[EventView]
    decisions: list[DecisionView]
    commands: list[CommandView]


class DocumentRow(Shape):
    """A document and where it stands."""

    entity: Subject
    zoho_id: str = Field(
        description="empty for deliveries that name no document; a day for an asset_value"
    )
    number: str | None
    day: date | None = Field(description="the document's own date")
    contact: str | None
    total: Decimal | None = Field(description="what it comes to, in its currency")
    currency: str | None
    state: DocumentState
    reason: str | None = Field(description="why it is parked, withheld or ignored")
    seen_at: datetime | None = Field(description="when Zoho told of it last")
    xero_id: str | None
    url: str | None


class DocumentList(Shape):
    """Documents, the one with the newest event first."""

    documents: list[DocumentRow]
    after: str | None = Field(description="give it as `after` for those that follow; none: the end")


class DocumentQuery(BaseModel):
    """What may be asked of the list of documents."""

    model_config = ConfigDict(extra="forbid")

    entity: Subject | None = None
    state: DocumentState | None = None
    number: str | None = Field(None, max_length=200, description="the whole number")
    q: str | None = Field(
        None, max_length=200, description="part of the number or contact, or an amount, or a date"
    )
    since: date | None = Field(None, description="the document's own date, or later")
    until: date | None = Field(None, description="the document's own date, or earlier")
    after: str | None = Field(None, max_length=200, pattern=r"^\d{1,18}[.][a-z_]*[.].*$")
    limit: int = Field(100, ge=1, le=500)


class ConnectionRow(Shape):
    """A pair of organisations, one in Zoho and one in Xero."""

    name: str
    organization_id: str
    enabled: bool
    problem: str | None = Field(description="why nothing can be sent to Xero now")
    paused_until: datetime | None
    cutover: date
    timezone: str
    base_currency: str | None
    created_at: datetime
    updated_at: datetime


class ConnectionList(Shape):
    """Every connection, by name."""

    connections: list[ConnectionRow]


class WebhookAddress(Shape):
    """Where Zoho must post."""

    module: Entity
    trigger: Trigger
    url: str


class ConnectionView(ConnectionRow):
    """One connection with its webhook addresses, and how much is open in it."""

    endpoint: str
    webhooks: list[WebhookAddress]
    events: dict[str, int] = Field(description="events that are not settled, by state")
    commands: dict[str, int] = Field(description="commands that are not finished, by state")
    swept_at: datetime | None = Field(description="when Zoho's lists were swept last")
    missed_webhooks: dict[str, int] = Field(
        description="changes that no webhook told and the sweep found, by module"
    )


class FieldProblem(Shape):
    """One field of a connection file that can't be as it is, and what to do."""

    line: int = Field(description="of a file in TOML, counted from 1; else 0")
    field: str
    what: str
    remedy: str


class Problem(Shape):
    """Why there is no answer, and what to do."""

    error: str
    reason: str
    fields: list[FieldProblem] = []
