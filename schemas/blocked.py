"""What is held back at the exit, by the causes that hold it: for the API, the console, scripts."""

from datetime import datetime

from pydantic import Field

from schemas.api import Shape
from schemas.words import CommandState


class HeldCommand(Shape):
    """A command that is parked, or that waits behind one."""

    id: int
    kind: str
    entity: str
    zoho_id: str
    number: str | None = Field(description="the document's own number, where it has one")
    currency: str | None
    amount: str | None = Field(description="what it comes to, in its currency")
    state: CommandState
    created_at: datetime


class Root(Shape):
    """One cause, and all that it holds back; a command that two causes hold is under both."""

    cause: str = Field(
        description="for grouping and for --cause: tax:460…, xero:lock_date; `unclear` while Xero"
        " is asked, `event:parked` and `event:undecided` for earlier events of the same documents,"
        " `missing:invoice:460…` for what nothing puts into Xero any more"
    )
    reason: str = Field(description="the same for people, with what to do")
    parked_count: int = Field(description="how many commands the cause stopped itself")
    parked: list[HeldCommand] = Field(description="the first of those")
    events: list[int] = Field(description="the events that hold back, where they do")
    waiting: int = Field(description="how many pending commands wait for it, however far behind")
    waits: list[HeldCommand] = Field(description="the first of those")


class Blocked(Shape):
    """All that is held back in one connection."""

    enabled: bool
    problem: str | None = Field(description="why nothing can be sent to Xero now")
    paused_until: datetime | None
    open: dict[str, int] = Field(description="commands that are not finished, by state")
    roots: list[Root]
