"""How many calls Xero still allows, and how far they reach: for the API, the console, scripts."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from schemas.api import Shape

Lane = Literal["live", "repair", "backfill"]


class Minute(Shape):
    """The minute's calls, as the process that speaks to Xero counts them."""

    limit: int = Field(description="what we allow ourselves: a little less than Xero does")
    used: int


class DayCalls(Shape):
    """The day's calls by Xero's own headers; its limit is the plan's, and is never assumed."""

    left: int
    most: int = Field(description="the most that Xero told of since its day turned")
    reserve: int = Field(description="kept for looking up what became of requests")
    known_until: datetime = Field(description="the day may have turned after this")


class Backlog(Shape):
    """What waits to be sent, and what it will cost."""

    commands: int
    lanes: dict[Lane, int]
    held_back: int = Field(description="of these commands: waiting behind what a person must mend")
    calls: int = Field(description="the least calls that carry the rest")
    oldest: datetime | None
    through_at: datetime | None = Field(
        description="when the rest will be through; null when the day's calls don't suffice"
    )
    day_turns: int = Field(description="how often Xero's day must turn before")


class BudgetView(Shape):
    """The limits of one connection's Xero organisation; null where Xero has not answered yet."""

    told_at: datetime | None
    minute: Minute | None
    day: DayCalls | None
    throttled_until: datetime | None
    throttled_by: str | None = Field(description="which of Xero's limits: minute, day …")
    may_go: list[Lane] = Field(description="the lanes that the day's calls suffice for")
    backlog: Backlog
