"""`bridge backfill`: documents from before the connecting go to Xero, behind all live work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bridge.cli.actor import actor
from bridge.cli.arguments import AsJson, Name
from bridge.cli.parts import within
from bridge.cli.saying import REFUSED, WRONG, fail, note, say, say_json
from bridge.parts import Parts
from ingress.connections.finding import find
from schemas.words import Ref

if TYPE_CHECKING:
    from ingress.sweep.backfill import Backfill
    from processors.backfilling import Plan

EACH: Final = 50  # documents between two words of progress
NOT_BEFORE: Final = (
    "What is before the cut-over stays at home: to bring it too, set an earlier `cutover` in the"
    " connection's file, apply it, and run this again."
)
STOPPED: Final = "Stopped after {done} of {all}: {error}. Run it again, and it goes on from there"

Since = Annotated[str, typer.Option(help="Documents dated then or later: 2026-01-01.")]


@dataclass
class Filled:
    """A plan, what became of it, and what stood in the way; `a_day` are calls of both systems."""

    plan: "Plan"
    a_day: Mapping[str, int | None]
    zoho_calls: int
    notes: list[str]
    journaled: int = 0
    gone: int = 0
    problem: str = ""
    applied: bool = field(default=False)

    @property
    def all(self) -> int:
        """Contacts and documents together."""
        return len(self.plan.contacts) + len(self.plan.documents)


def backfill(
    connection: Name,
    since: Since,
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without, only the plan.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring documents to Xero that no webhook told of, as of a date.

    First shows what it would take. Live work goes before it. It may be cut off and run again: what
    the journal has already is not read twice, and nothing is doubled.
    """
    try:
        day = date.fromisoformat(since)
    except ValueError:
        fail(f"--since: {since!r} is no date such as 2026-01-01", REFUSED)
    filled = within(lambda parts: fill(parts, connection, day, apply=apply))
    if as_json:
        say_json(_as_json(filled, day))
    else:
        _say(filled, day)
    if filled.problem:
        fail(STOPPED.format(done=filled.journaled, all=filled.all, error=filled.problem), WRONG)


async def fill(parts: Parts, name: str, since: date, *, apply: bool) -> Filled:
    """Plan a backfill and, if wanted, do it; ends the command where Zoho can't be read."""
    from clients.zoho.budget import BACKFILL
    from clients.zoho.errors import ZohoError
    from clients.zoho.session import opened as zoho
    from ingress.sweep.backfill import Backfill

    row = await find(parts.pool, name)
    try:
        async with zoho(parts, row["id"], lane=BACKFILL) as session:
            work = Backfill(parts.pool, session, row["id"], row["organization_id"])
            filled = await _plan(parts, work, row, since)
            if apply and filled.all:
                await _record(parts, row, since, filled)
                await _journal(work, filled)
    except ZohoError as error:
        fail(f"Zoho's lists can't be read: {error}. See `bridge doctor`", REFUSED)
    return filled


async def _plan(parts: Parts, work: "Backfill", row: Mapping[str, Any], since: date) -> Filled:
    from clients.xero.day import LANES, Day
    from clients.zoho.budget import BACKFILL
    from ingress.sweep.backfill import limits
    from processors.backfilling import plan
    from processors.conditions import exported
    from schemas.connections import books_of

    books = books_of(row["config"], row["cutover"], row["timezone"], row["base_currency"])
    listed = [each async for each in work.rows(exported(books))]
    made = plan(listed, since, books, await work.known())
    known = await limits(parts.pool, row["id"])
    reserve = Day(known["xero"], known["xero"]).reserve * LANES[-1]
    a_day = {
        "xero": max(1, known["xero"] - reserve) if known["xero"] else None,
        "zoho": int(known["zoho"] * (1 - BACKFILL.reserve)) if known["zoho"] else None,
    }
    calls = len(made.contacts) + len(made.documents) + made.singles
    return Filled(made, a_day, calls, list(work.notes))


async def _record(parts: Parts, row: Mapping[str, Any], since: date, filled: Filled) -> None:
    from ingress.audit import record

    detail = {"since": since, "documents": dict(filled.plan.counts)}
    async with parts.pool.acquire() as database, database.transaction():
        await record(database, actor(), "backfill.started", row["id"], detail=detail)


async def _journal(work: "Backfill", filled: Filled) -> None:
    """Journal contacts, then documents by their dates; a Zoho that stops us is told."""
    from clients.zoho.errors import ZohoError

    filled.applied = True
    contacts = [Ref("contact", zoho_id) for zoho_id in filled.plan.contacts]
    try:
        for ref in [*contacts, *(each.ref for each in filled.plan.documents)]:
            if await work.tell(ref):
                filled.journaled += 1
            else:
                filled.gone += 1
            if (filled.journaled + filled.gone) % EACH == 0:
                note(f"{filled.journaled} of {filled.all} are journaled.")
    except ZohoError as error:
        filled.problem = str(error)


def _as_json(filled: Filled, since: date) -> dict[str, Any]:
    plan = filled.plan
    return {
        "since": since,
        "documents": plan.counts,
        "known": plan.known,
        "withheld": [
            {"entity": entity, "reason": reason, "count": count}
            for (entity, reason), count in plan.withheld.items()
        ],
        "xero": {
            "batches": plan.batches,
            "singles": plan.singles,
            "calls_a_day": filled.a_day["xero"],
            "days": plan.days(filled.a_day["xero"]),
        },
        "zoho": {"calls": filled.zoho_calls, "calls_a_day": filled.a_day["zoho"]},
        "notes": filled.notes,
        "applied": filled.applied,
        "journaled": filled.journaled,
        "gone": filled.gone,
        "problem": filled.problem or None,
    }


def _say(filled: Filled, since: date) -> None:
    plan = filled.plan
    for each in filled.notes:
        note(f"{each}.")
    say(f"Since {since}, not in the journal yet: {_list(plan.counts)}.")
    if plan.known:
        say(f"In the journal already: {_list(plan.known)}.")
    for (entity, reason), count in sorted(plan.withheld.items()):
        say(f"Stays at home: {count} {entity}: {reason}.")
    if any("cut-over" in reason for _, reason in plan.withheld):
        say(NOT_BEFORE)
    say(_cost(filled))
    if filled.applied:
        gone = f"; {filled.gone} are gone from Zoho meanwhile" if filled.gone else ""
        say(f"{filled.journaled} of {filled.all} are journaled{gone}; they go behind live work.")
    elif filled.all:
        say("Nothing is done yet: add --apply to do it.")


def _cost(filled: Filled) -> str:
    plan, a_day = filled.plan, filled.a_day["xero"]
    of = f"{a_day} calls a day" if a_day else "1000 calls a day, since Xero has not told its limit"
    return (
        f"It takes {filled.zoho_calls} calls to Zoho, and to Xero at least {plan.batches} calls of"
        f" up to 40 documents and {plan.singles} single ones: {plan.days(a_day)} day(s) at {of}."
    )


def _list(counts: Mapping[str, int]) -> str:
    said = [f"{count} {entity}" for entity, count in sorted(counts.items()) if count]
    return ", ".join(said) or "nothing"
