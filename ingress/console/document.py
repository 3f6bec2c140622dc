"""A document's page: what Zoho said, what was decided and why, what Xero answered."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import groupby
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import Response

from bridge.queries import load
from ingress.api.history import history_of
from ingress.console.differences import Difference, compare, read_version
from ingress.console.meaning import meaning_of
from ingress.console.naming import naming
from ingress.console.visitor import Visitor
from ingress.places import in_zoho
from schemas.api import CommandView, DecisionView, DocumentHistory, EventView
from schemas.words import SUBJECTS, Ref

QUERIES = load(__file__, "console.sql")
NO_ID: Final = "-"
ENDS: Final = {"void": "voided", "delete": "deleted"}
COMPARED: Final = 40  # events whose versions are compared, the newest


@dataclass(slots=True)
class Chapter:
    """One event with all that came of it; without an event: what another document's brought.

    `origin` is that other document's key.
    """

    event: EventView | None
    origin: str = ""
    decisions: list[DecisionView] = field(default_factory=list)
    commands: list[CommandView] = field(default_factory=list)
    differences: Sequence[Difference] | None = None

    @property
    def said(self) -> Sequence[tuple[DecisionView, int]]:
        """What was decided; the same of several payments or credits is said once, and counted."""

        def same(each: DecisionView) -> tuple[Any, ...]:
            return each.outcome, each.action, each.reason

        groups = (list(group) for _, group in groupby(self.decisions, same))
        return [(group[0], len(group)) for group in groups]

    @property
    def at(self) -> Any:
        """When it happened."""
        if self.event:
            return self.event.received_at
        return self.decisions[0].decided_at if self.decisions else self.commands[0].created_at


async def show(visitor: Visitor) -> Response:
    """Show a document's whole history, oldest first."""
    row = await visitor.connection()
    ref = _ref(visitor)
    history = await history_of(visitor.database, row["id"], ref)
    if history is None:
        raise HTTPException(404, f"Nothing is known of this {ref.entity.replace('_', ' ')} yet.")
    where = {"connection_id": row["id"], **ref._asdict()}
    chapters = await _chapters(visitor, where, history)
    asked = await _asked(visitor, row, history)
    said = await QUERIES.said(visitor.database, **where)
    return visitor.page(
        "document.html",
        title=history.number or ref.zoho_id or "Deliveries without a document",
        ref=ref,
        history=history,
        said=said,
        unused=_unused(said),
        chapters=chapters,
        why=why_of(history),
        stopped=next((c.cause for c in history.commands if c.state == "parked"), None) or "",
        named=await naming(visitor.database, row, _texts(history, chapters, asked)),
        meaning=partial(meaning_of, table=visitor.console.rules),
        end=end_of(history),
        asked=asked,
        zoho_url=in_zoho(_centre(row), row["organization_id"], ref.entity, ref.zoho_id),
    )


def _ref(visitor: Visitor) -> Ref:
    entity, zoho_id = (visitor.request.path_params[name] for name in ("entity", "zoho_id"))
    if entity not in SUBJECTS:
        raise HTTPException(404, f"There is no kind of document called {entity}.")
    return Ref(entity, "" if zoho_id == NO_ID else zoho_id)


async def _chapters(
    visitor: Visitor, where: Mapping[str, Any], history: DocumentHistory
) -> list[Chapter]:
    chapters = {event.id: Chapter(event) for event in history.events}
    for decision in history.decisions:
        chapters.setdefault(decision.event_id, Chapter(None)).decisions.append(decision)
    for command in history.commands:
        chapters.setdefault(command.event_id, Chapter(None)).commands.append(command)
    ids = [event.id for event in history.events][-COMPARED:]
    before: Mapping[str, str] | None = None
    for version in await QUERIES.versions(visitor.database, ids=ids, **where):
        now = read_version(version["content_type"], version["body"])
        chapters[version["id"]].differences = compare(before, now) if before and now else None
        before = now or before
    for origin in await _origins(visitor, where, chapters):
        chapters[origin["id"]].origin = origin["document"]
    return [chapters[number] for number in sorted(chapters)]


async def _origins(
    visitor: Visitor, where: Mapping[str, Any], chapters: Mapping[int, Chapter]
) -> Sequence[Any]:
    elsewhere = [number for number, chapter in chapters.items() if chapter.event is None]
    rows: Sequence[Any] = await QUERIES.origins(
        visitor.database, connection_id=where["connection_id"], ids=elsewhere
    )
    return rows


async def _asked(
    visitor: Visitor, row: Mapping[str, Any], history: DocumentHistory
) -> dict[int, dict[str, Any]]:
    """Give what each command asks of Xero, its body as people can read it."""
    ids = [command.id for command in history.commands]
    rows = await QUERIES.asked(visitor.database, connection_id=row["id"], ids=ids)
    return {
        each["id"]: {
            "amount": each["amount"],
            "others": each["others"],
            "body": json.dumps(each["body"], indent=2, ensure_ascii=False) if each["body"] else "",
        }
        for each in rows
    }


def _texts(
    history: DocumentHistory, chapters: Sequence[Chapter], asked: Mapping[int, Mapping[str, Any]]
) -> Iterator[str]:
    """Give all that may name other documents."""
    yield from (chapter.origin for chapter in chapters)
    yield from (decision.reason or "" for decision in history.decisions)
    for command in history.commands:
        yield from (command.reason or "", *command.waits_for)
    for each in asked.values():
        yield from each["others"]


def why_of(history: DocumentHistory) -> str | None:
    """Say why a document is not in Xero as Zoho has it; None where it is, or is on its way."""
    match history.state:
        case "parked":
            stopped: list[CommandView | EventView] = [*history.commands, *history.events]
            return next((each.reason for each in stopped if each.state == "parked"), None)
        case "withheld" | "ignored":
            held = [each.reason for each in history.decisions if each.outcome == "withheld"]
            return held[-1] if held else None
    return None


def end_of(history: DocumentHistory) -> str | None:
    """Say how a document went out of Xero; None while it is there, or never was."""
    done = [command.kind for command in history.commands if command.state == "done"]
    if history.xero_id or not done:
        return None
    return ENDS.get(done[-1].rpartition(".")[2])


def _unused(said: Any) -> Decimal | None:
    """Give what a payment leaves unused, where it is used in part."""
    left = Decimal(((said and said["snapshot"]) or {}).get("unused_amount") or 0)
    return left if said and 0 < left < (said["total"] or 0) else None


def _centre(row: Mapping[str, Any]) -> str:
    return str(row["config"].get("zoho", {}).get("data_centre", ""))
