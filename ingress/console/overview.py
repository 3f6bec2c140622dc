"""The overview: how it is, in one sentence; then figures, pictures, and what is open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from starlette.responses import Response

from bridge.problems import problems_of
from bridge.queries import load
from clients.xero.day import DAY_USED
from ingress.api.drift import drift_of
from ingress.api.listing import list_documents
from ingress.console import charts, home
from ingress.console.visitor import Visitor, at
from ingress.console.wording import ago, many, moment, zone
from schemas.api import DocumentQuery

QUERIES = load(__file__, "console.sql")
RECENT: Final = 8
JOURNEYS: Final = 500
ALL_WELL: Final = "All is well: everything from Zoho that belongs in Xero is there."
NOTHING_YET: Final = "Connected, and Zoho has told of nothing yet. Are its webhooks set up?"
FLOWS: Final = "all else flows."
UNCLEAR: Final = "Xero gives no clear answer just now, and is asked again."
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
    verdict = judge(row, figures, len(problems))
    if verdict.kind == "good" and not recent.documents:
        verdict = Verdict("wait", NOTHING_YET)
    return visitor.page(
        "overview.html",
        title="Overview",
        verdict=verdict,
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
    spent = (row["problem"] or "").startswith(DAY_USED)
    if not row["enabled"]:
        held = many(figures["held"], "change")
        yield Verdict("hold", f"Disabled: what Zoho tells is kept ({held}), nothing is sent.")
    if row["problem"] and not spent:
        yield Verdict("bad", f"Nothing can be sent to Xero now: {row['problem']}")
    if parked:
        rest = _spent(row) if spent else UNCLEAR if figures["ambiguous"] else FLOWS
        yield Verdict("bad", f"{many(parked, 'document')} {_need(parked)} you; {rest}")
    if problems:
        yield Verdict("bad", f"{many(problems, 'thing')} {_need(problems)} mending; see below.")
    if spent:
        yield Verdict("wait", f"You need do nothing: {_spent(row)}")
    if waiting := figures["waiting"] + figures["undecided"] + figures["ambiguous"]:
        late = figures["oldest"] and now - figures["oldest"] > LATE
        since = f"; the oldest came {ago(figures['oldest'])}" if late else ""
        doubt = f" {UNCLEAR}" if figures["ambiguous"] else ""
        yield Verdict("wait", f"{many(waiting, 'change')} on the way to Xero{since}.{doubt}")


def _spent(row: Mapping[str, Any]) -> str:
    """Say that the day's calls are used up, and until when, as far as that is known."""
    until = moment(row["paused_until"], row["timezone"]).rpartition(":")[0]
    after = f"at {until}" if until else "when Xero’s day turns"
    return f"the day’s calls to Xero are used up, and what waits goes on by itself {after}."


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
