"""The overview: how it is, in one sentence; then figures, pictures, and what is open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from starlette.responses import Response

from bridge.problems import problems_of
from bridge.queries import load
from ingress.api.drift import drift_of
from ingress.api.listing import list_documents
from ingress.console import charts, home
from ingress.console.visitor import Visitor, at
from ingress.console.wording import ago, many, zone
from schemas.api import DocumentQuery

QUERIES = load(__file__, "console.sql")
RECENT: Final = 8
JOURNEYS: Final = 500
ALL_WELL: Final = "All is well: what Zoho told, and what belongs in Xero, is there."
LATE: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a connection is, in one sentence."""

    kind: Literal["good", "wait", "bad", "hold"]
    text: str


async def show(visitor: Visitor) -> Response:
    """Show how the connection is."""
    row = await visitor.connection()
    if word := visitor.asked("connect"):
        return home.after_consent(visitor, word, at(row["name"], "settings"))
    database, where = visitor.database, {"connection_id": row["id"]}
    now = datetime.now(zone(row["timezone"]))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    figures = await QUERIES.figures(database, since=midnight, **where)
    problems = await problems_of(database, row["id"])
    recent = await list_documents(database, row["id"], DocumentQuery(limit=RECENT))
    return visitor.page(
        "overview.html",
        title="Overview",
        verdict=judge(row, figures, len(problems)),
        figures=figures,
        journeys=await QUERIES.journey_times(database, most=JOURNEYS, **where),
        not_yet=await QUERIES.not_yet(database, **where),
        problems=problems,
        drift=await drift_of(database, row["id"]),
        calls_left=await QUERIES.calls_left(database, **where),
        recent=recent.documents,
        hours=await _hours(visitor, row, now),
        days=await _days(visitor, row, midnight),
    )


def judge(row: Mapping[str, Any], figures: Mapping[str, Any], problems: int) -> Verdict:
    """Say in one sentence how a connection is; what a person must do comes first."""
    return next(_verdicts(row, figures, problems), Verdict("good", ALL_WELL))


def _verdicts(
    row: Mapping[str, Any], figures: Mapping[str, Any], problems: int
) -> Iterator[Verdict]:
    now, parked = datetime.now(UTC), figures["parked"] + figures["unreadable"]
    if not row["enabled"]:
        held = many(figures["held"], "change")
        yield Verdict("hold", f"Disabled: what Zoho tells is kept ({held}), nothing is sent.")
    if row["problem"]:
        yield Verdict("bad", f"Nothing can be sent to Xero now: {row['problem']}")
    if parked:
        yield Verdict("bad", f"{many(parked, 'document')} {_need(parked)} you; all else flows.")
    if problems:
        yield Verdict("bad", f"{many(problems, 'thing')} {_need(problems)} mending; see below.")
    if row["paused_until"] and row["paused_until"] > now:
        yield Verdict("wait", "Xero's limit is used up for now; it goes on by itself.")
    if waiting := figures["waiting"] + figures["undecided"] + figures["ambiguous"]:
        late = figures["oldest"] and now - figures["oldest"] > LATE
        since = f"; the oldest came {ago(figures['oldest'])}" if late else ""
        yield Verdict("wait", f"{many(waiting, 'change')} on the way to Xero{since}.")


def _need(count: int) -> str:
    return "needs" if count == 1 else "need"


async def _hours(visitor: Visitor, row: Mapping[str, Any], now: datetime) -> charts.Picture:
    start = (now - timedelta(hours=23)).replace(minute=0, second=0, microsecond=0)
    found = await _counts(visitor, row, "hour", start)
    hours = [(start + timedelta(hours=number)).replace(tzinfo=None) for number in range(24)]
    return charts.draw([charts.Bar(f"{each:%H}:00", found.get(each, 0)) for each in hours])


async def _days(visitor: Visitor, row: Mapping[str, Any], midnight: datetime) -> charts.Picture:
    start = midnight - timedelta(days=29)
    found = await _counts(visitor, row, "day", start)
    days = [(start + timedelta(days=number)).replace(tzinfo=None) for number in range(30)]
    return charts.draw([charts.Bar(f"{each.day} {each:%b}", found.get(each, 0)) for each in days])


async def _counts(
    visitor: Visitor, row: Mapping[str, Any], unit: str, since: datetime
) -> dict[datetime, int]:
    rows: Sequence[Any] = await QUERIES.by_time(
        visitor.database, connection_id=row["id"], unit=unit, since=since, timezone=row["timezone"]
    )
    return {each["at"]: each["count"] for each in rows}
