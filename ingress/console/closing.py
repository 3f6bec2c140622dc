"""What closing a month needs: what of it is in both books, what is not, and why; also as a file."""

import calendar
import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from starlette.responses import Response

from bridge.queries import load
from ingress.api.drift import drift_of
from ingress.api.listing import list_documents
from ingress.audit import plain_cell
from ingress.console.overview import Verdict
from ingress.console.visitor import Visitor
from ingress.console.wording import ENTITIES, ago, entity, many, zone
from schemas.api import DocumentQuery, DocumentRow
from schemas.drift import PARKED, DriftView
from schemas.words import GIVEN_UP

QUERIES = load(__file__, "closing.sql")
COLUMNS: Final = ("synced", "waiting", "held", "parked", "withheld")
ALWAYS: Final = ("synced", "waiting", "parked", "withheld")
ORDER: Final = tuple(ENTITIES)
SETTLING: Final = 15  # until this day of a month people close the one before
STALE: Final = timedelta(days=1)  # a comparison that is older proves little
FAR: Final = 100  # years from now, beyond which nobody closes a month
PAGE: Final = 500
# Of reasons that each document has its own of: what they have in common.
COMMON: Final = {
    "unused_amount": "What of a payment is not used yet; it goes once it is applied.",
    GIVEN_UP: "Given up by a person, each for the reason in its history.",
}
DOCUMENT: Final = ("kind", "number", "date", "contact", "currency", "amount", "state")
FILE: Final = (*DOCUMENT, "why", "zoho id", "xero id")


@dataclass(frozen=True, slots=True)
class Sum:
    """How many documents, and what they come to."""

    count: int
    total: Decimal


@dataclass(slots=True)
class Line:
    """The documents of a kind and currency, by state."""

    entity: str
    currency: str | None
    sums: dict[str, Sum] = field(default_factory=dict)

    def add(self, state: str, count: int, total: Decimal) -> None:
        """Count more documents of a state."""
        before = self.sums.get(state, Sum(0, Decimal(0)))
        self.sums[state] = Sum(before.count + count, before.total + total)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the organisation's."""

    since: date

    @classmethod
    def asked(cls, text: str, today: date) -> "Month":
        """Read 2026-11; anything else is the month that is being closed on a day."""
        this = cls(today.replace(day=1))
        try:
            asked = cls(date.fromisoformat(f"{text}-01"))
        except ValueError:
            asked = None
        if asked and abs(asked.since.year - today.year) <= FAR:
            return asked
        return this.before if today.day <= SETTLING else this

    @property
    def until(self) -> date:
        """Its last day."""
        days = calendar.monthrange(self.since.year, self.since.month)[1]
        return self.since.replace(day=days)

    @property
    def name(self) -> str:
        """Its name: November 2026."""
        return f"{self.since:%B %Y}"

    @property
    def word(self) -> str:
        """As addresses have it: 2026-11."""
        return f"{self.since:%Y-%m}"

    @property
    def before(self) -> "Month":
        """The month before."""
        return Month((self.since - timedelta(days=1)).replace(day=1))

    @property
    def after(self) -> "Month":
        """The month after."""
        return Month(self.until + timedelta(days=1))


async def show(visitor: Visitor) -> Response:
    """Show how a month stands."""
    row, month = await visitor.connection(), await _month(visitor)
    period = {"connection_id": row["id"], "since": month.since, "until": month.until}
    lines, gone = _lines(await QUERIES.sums(visitor.database, **period))
    apart = await QUERIES.apart(visitor.database, **period, parked=PARKED)
    drift = await drift_of(visitor.database, row["id"])
    counts = {state: sum(_count(line, state) for line in lines) for state in COLUMNS}
    return visitor.page(
        "closing.html",
        title=f"Closing {month.name}",
        month=month,
        verdict=judge(month, counts, apart, drift),
        lines=lines,
        gone=gone,
        columns=[state for state in COLUMNS if state in ALWAYS or counts[state]],
        counts=counts,
        withheld=await QUERIES.withheld(visitor.database, **period),
        reasons=COMMON,
        apart=apart,
        drift=drift,
    )


async def download(visitor: Visitor) -> Response:
    """Give every document of a month, with where it stands and why, for a spreadsheet."""
    row, month = await visitor.connection(), await _month(visitor)
    rows: list[DocumentRow] = []
    query = DocumentQuery(since=month.since, until=month.until, limit=PAGE)
    while True:
        found = await list_documents(visitor.database, row["id"], query)
        rows += found.documents
        if found.after is None:
            break
        query = query.model_copy(update={"after": found.after})
    name = f"{row['name']}-{month.word}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(_as_csv(rows), media_type="text/csv; charset=utf-8", headers=headers)


def judge(
    month: Month, counts: Mapping[str, int], apart: Mapping[str, int], drift: DriftView
) -> Verdict:
    """Say in one sentence whether a month can be closed, and if not what is in the way."""
    name = month.name
    if parked := counts["parked"] + apart["unreadable"]:
        need = "needs" if parked == 1 else "need"
        return Verdict("bad", f"{many(parked, 'document')} {need} you before {name} can be closed.")
    if waiting := counts["waiting"] + counts["held"]:
        return Verdict("wait", f"{many(waiting, 'document')} of {name} still on the way to Xero.")
    if differing := apart["differing"]:
        return Verdict("bad", f"Zoho and Xero differ in {many(differing, 'document')} of {name}.")
    if undated := apart["undated"]:
        more = many(undated, "document")
        return Verdict("bad", f"Xero holds {more} that nothing in Zoho asks for: of {name}?")
    if drift.compared_at is None or datetime.now(UTC) - drift.compared_at > STALE:
        when = f"was last done {ago(drift.compared_at)}" if drift.compared_at else "was never done"
        return Verdict("wait", f"Compare Zoho and Xero before you close {name}: it {when}.")
    known = f"what belongs in Xero is there, as compared {ago(drift.compared_at)}"
    return Verdict("good", f"{name} can be closed: {known}.")


async def _month(visitor: Visitor) -> Month:
    row = await visitor.connection()
    return Month.asked(visitor.asked("month"), datetime.now(zone(row["timezone"])).date())


def _lines(rows: Iterable[Mapping[str, Any]]) -> tuple[Sequence[Line], int]:
    """Give a line for each kind and currency, and how many documents have no place in the books."""
    lines: dict[tuple[str, str | None], Line] = {}
    gone = 0
    for row in rows:
        if row["state"] not in COLUMNS:
            gone += row["count"]
            continue
        key = (row["entity"], row["currency"])
        line = lines.setdefault(key, Line(*key))
        used = row["used"] or Decimal(0)
        line.add(row["state"], row["count"], (row["total"] or Decimal(0)) - used)
        if used:
            line.add("synced", 0, used)
    return sorted(lines.values(), key=lambda line: ORDER.index(line.entity)), gone


def _count(line: Line, state: str) -> int:
    return line.sums[state].count if state in line.sums else 0


def _as_csv(rows: Sequence[DocumentRow]) -> str:
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(FILE)
    for row in sorted(rows, key=lambda each: (each.entity, str(each.day), each.number or "")):
        kind = entity(row.entity)
        cells = (kind, row.number, row.day, row.contact, row.currency, row.total, row.state)
        writer.writerow(map(plain_cell, (*cells, row.reason, row.zoho_id, row.xero_id)))
    return page.getvalue()
