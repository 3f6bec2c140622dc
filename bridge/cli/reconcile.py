"""`bridge reconcile`: what differs between Zoho and Xero, document by document."""

from typing import TYPE_CHECKING, Any

import typer

from bridge.cli.arguments import AsJson, Of
from bridge.cli.jobs.drifting import compare_and_keep, sums
from bridge.cli.parts import within
from bridge.cli.saying import (
    REFUSED,
    WRONG,
    fail,
    note,
    say,
    say_json,
    say_table,
)
from bridge.parts import Parts
from clients.xero.errors import XeroError
from ingress.connections.finding import find

if TYPE_CHECKING:
    from processors.drift.comparing import Comparison, Plan
    from processors.drift.rows import Difference


def reconcile(
    connection: Of,
    as_json: AsJson = False,
) -> None:
    """Compare Zoho with Xero; exits 1 where they differ, 0 where they don't.

    Lists what is missing in Xero, extra there, or different, with the reason where it is known.
    What a rule withholds, or what is before the cut-over, is no difference.
    """
    found = within(lambda parts: _compare(parts, connection))
    for each in found.notes:
        note(f"{each}.")
    if as_json:
        say_json([difference.as_row() for difference in found.differences])
    elif found.differences:
        columns = ("entity", "zoho_id", "number", "kind", "field", "zoho", "xero", "reason")
        say_table(columns, map(_cells, found.differences))
    if not as_json:
        say(f"{found.documents} documents compared: {sums(found)}.")
    note(f"It took {found.xero_calls} calls to Xero and {found.zoho_calls} to Zoho.")
    if found.differences:
        raise typer.Exit(WRONG)


async def _compare(parts: Parts, name: str) -> "Comparison":
    row = await find(parts.pool, name)
    try:
        return await compare_and_keep(parts, row["id"], name, _announce)
    except XeroError as error:
        fail(f"Xero can't be read, so nothing was compared: {error}", REFUSED)


def _announce(plan: "Plan") -> None:
    note(
        f"{plan.documents} documents are known here: comparing takes about {plan.xero_calls} calls"
        f" to Xero and {plan.zoho_calls} to Zoho, within what live work leaves."
    )


def _cells(difference: "Difference") -> tuple[Any, ...]:
    row = difference.as_row()
    names = ("entity", "zoho_id", "number", "kind", "field", "zoho", "xero", "reason")
    return tuple(row[name] for name in names)
