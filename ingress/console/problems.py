"""The problems page: what is held back by its cause, root first, with what waits behind it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.responses import Response

from bridge.problems import problems_of
from bridge.queries import load
from ingress.api.drift import compare as ask_to_compare
from ingress.api.drift import drift_of
from ingress.audit import record
from ingress.connections.office import RefusedError
from ingress.console.naming import naming
from ingress.console.visitor import Visitor, at
from ingress.console.wording import many
from outbox import operate
from outbox.blocked import blocked
from outbox.operate import Choice

QUERIES = load(__file__, "console.sql")
SHOWN: Final = 8  # commands of each cause that are named before the rest is only counted
TITLES: Final = {
    "tax": "A tax is not mapped",
    "account": "An account is missing",
    "xero": "Xero refuses",
    "http": "Xero refuses",
    "total_differs": "The total would differ",
    "thousandths": "Xero keeps no thousandths",
    "event": "An earlier change can’t be decided",
    "missing": "What it needs is not in Xero",
    "unclear": "Xero gave no clear answer",
}
DRIFT: Final = "drift"  # the differences themselves are on this page
ASKED: Final = "Zoho and Xero are compared now. What differs stands here in a moment."
STUCK: Final = "Still parked: {}; what lacks is not there yet. The reason says what."


async def show(visitor: Visitor) -> Response:
    """Show each cause once."""
    row = await visitor.connection()
    held = await blocked(visitor.database, row["id"], most=SHOWN)
    reasons = [root.reason for root in held.roots]
    return visitor.page(
        "problems.html",
        title="Problems",
        held=held,
        named=await naming(visitor.database, row, reasons),
        titles=TITLES,
        open=[
            each for each in await problems_of(visitor.database, row["id"]) if each.code != DRIFT
        ],
        drift=await drift_of(visitor.database, row["id"]),
        unreadable=await QUERIES.unreadable(visitor.database, connection_id=row["id"]),
    )


async def retry(visitor: Visitor) -> Response:
    """Let what is parked go again: one command, or all of one cause."""
    row, choice = await visitor.connection(), _choice(visitor.fields)
    async with visitor.database.transaction():
        freed, left = await let_go(visitor, row["id"], choice)
        detail = {"commands": freed, "cause": choice.cause}
        await record(visitor.database, visitor.name, "commands.retried", row["id"], detail=detail)
    said = f"{many(len(freed), 'change')} tried again." if freed else ""
    if left:
        said = f"{said} {STUCK.format(many(len(left), 'change'))}".strip()
    return visitor.onward(_back(visitor), said or "Nothing was parked any more.", wrong=bool(left))


async def let_go(
    visitor: Visitor, connection_id: int, choice: Choice
) -> tuple[Sequence[int], Sequence[int]]:
    """Free parked commands, built anew where that is possible; gives what went, what stays."""
    database = visitor.database
    meant = await operate.parked(database, connection_id, choice)
    await visitor.console.office.replan(database, connection_id)
    await operate.retry(database, connection_id, choice)
    left = await operate.parked(database, connection_id, Choice(tuple(meant)))
    return [each for each in meant if each not in left], left


async def skip(visitor: Visitor) -> Response:
    """Give up what is parked, for a reason that is kept."""
    row, choice, reason = (
        await visitor.connection(),
        _choice(visitor.fields),
        visitor.typed("reason"),
    )
    if not reason:
        return visitor.onward(_back(visitor), "Say why, so that the history can tell.", wrong=True)
    async with visitor.database.transaction():
        done = await operate.skip(
            visitor.database, row["id"], choice, by=visitor.name, reason=reason[:500]
        )
        detail = {"commands": list(done), "cause": choice.cause, "reason": reason[:500]}
        await record(visitor.database, visitor.name, "commands.skipped", row["id"], detail=detail)
    return visitor.onward(_back(visitor), f"{many(len(done), 'change')} given up.")


async def compare(visitor: Visitor) -> Response:
    """Have both sides compared now."""
    row = await visitor.connection()
    back = at(row["name"], "problems") + "#drift"
    try:
        await ask_to_compare(visitor.database, row, visitor.name)
    except RefusedError as error:
        return visitor.onward(back, f"{error}.", wrong=True)
    return visitor.onward(back, ASKED)


def _choice(fields: Mapping[str, Any]) -> Choice:
    ids = tuple(int(each) for each in fields.get("ids", ()) if each.isdecimal() and len(each) < 19)  # noqa: PLR2004  bigint
    cause = next(iter(fields.get("cause", ())), None)
    return Choice(ids, None if ids else cause)


def _back(visitor: Visitor) -> str:
    page = at(visitor.request.path_params["name"])
    back = visitor.typed("back")
    return back if back.startswith(page + "/documents/") else page + "/problems"
