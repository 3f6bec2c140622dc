"""What the API answers: a document's whole history, and lists. The words are those of words.py."""

from datetime import date, datetime

from pydantic import BaseModel

from schemas.words import CommandState, DocumentState, EventState, Outcome


class EventView(BaseModel):
    """What Zoho said: one delivery, kept as it came."""

    id: int
    source: str
    trigger: str
    received_at: datetime
    state: EventState
    reason: str | None


class DecisionView(BaseModel):
    """What was decided: `action` is the row of the rule table, `reason` is for people."""

    event_id: int
    action: str
    outcome: Outcome
    code: str | None
    reason: str | None
    decided_at: datetime


class AttemptView(BaseModel):
    """One request to Xero as far as it concerns a command; `status` is HTTP's."""

    at: datetime
    outcome: str
    status: int | None
    message: str | None


class CommandView(BaseModel):
    """What Xero was to be told; `waits_for` names links, earlier commands, earlier events."""

    id: int
    kind: str
    state: CommandState
    action: str
    cause: str | None
    reason: str | None
    waits_for: list[str]
    attempts: list[AttemptView]
    xero_id: str | None
    created_at: datetime
    finished_at: datetime | None


class DocumentHistory(BaseModel):
    """Everything about one Zoho document; `url` opens it in Xero."""

    state: DocumentState
    number: str | None
    xero_id: str | None
    url: str | None
    events: list[EventView]
    decisions: list[DecisionView]
    commands: list[CommandView]


class DocumentRow(BaseModel):
    """One document in a list; `day` is its own date."""

    entity: str
    zoho_id: str
    number: str | None
    day: date | None
    state: DocumentState
    updated_at: datetime


class DocumentList(BaseModel):
    """Documents, the newest change first."""

    documents: list[DocumentRow]


class ConnectionView(BaseModel):
    """A connection, and how much is open in it."""

    name: str
    organization_id: str
    enabled: bool
    cutover: date
    timezone: str
    base_currency: str | None
    problem: str | None
    created_at: datetime
    undecided: int
    waiting: int
    parked: int


class ConnectionList(BaseModel):
    """Every connection."""

    connections: list[ConnectionView]


class Problem(BaseModel):
    """What is wrong with a request, and what to do."""

    error: str
    remedy: str
