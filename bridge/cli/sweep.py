"""`bridge sweep`: reads Zoho's lists now, for what no webhook told (G2)."""

import asyncio
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import typer

from bridge.cli.arguments import AsJson, Of
from bridge.cli.jobs.zoho_sweep import FULL_PATIENCE, NAME, PATIENCE
from bridge.cli.parts import within
from bridge.cli.saying import REFUSED, WRONG, fail, say, say_json
from bridge.holding import BusyError
from bridge.parts import Parts
from bridge.schedule import Due, Job, run_now

if TYPE_CHECKING:
    from ingress.sweep.report import Report

GLANCE: Final = 0.2  # seconds
BUSY: Final = 120.0  # seconds that a sweep by hand waits for one that runs


def sweep(
    connection: Of,
    full: Annotated[
        bool, typer.Option("--full", help="Read the lists to their ends, and find deletions.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read Zoho's lists once, and journal what no webhook told. Costs no call of Xero's."""
    from clients.zoho.errors import NotConnected, ZohoError

    try:
        report = within(lambda parts: _sweep_now(parts, connection, full=full))
    except NotConnected as error:
        fail(f"{connection} is {error}", REFUSED)
    except (ZohoError, BusyError) as error:
        fail(f"{connection} is not swept: {error}. See `bridge doctor`", WRONG)
    if as_json:
        say_json(report.as_json())
    else:
        for line in _lines(report):
            say(line)


async def _sweep_now(parts: Parts, name: str, *, full: bool) -> "Report":
    from ingress.connections.finding import find
    from ingress.sweep.run import sweep as sweep_once

    reports: list[Report] = []
    row = await find(parts.pool, name)
    if not row["enabled"]:
        fail(f"{name} is disabled: run `bridge connection enable {name}`", REFUSED)

    async def work(due: Due) -> None:
        report = await sweep_once(parts, due.connection_id, full=full)
        reports.append(report)

    patience = FULL_PATIENCE if full else PATIENCE
    await _run_after_others(parts, Job(NAME, work, every=0, patience=patience), row["id"])
    return reports[0]


async def _run_after_others(parts: Parts, job: Job, connection_id: int) -> None:
    until = time.monotonic() + BUSY
    while True:
        try:
            await run_now(parts.pool, job, connection_id)
        except BusyError:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(GLANCE)
        else:
            return


def _lines(report: "Report") -> Iterator[str]:
    yield (
        f"{report.connection}: {report.missed} changes that no webhook had told,"
        f" found with {report.calls} calls"
    )
    if report.reread:
        yield f"  {report.reread} documents read that decisions had been waiting for"
    for each in report.modules.values():
        if each.problem:
            yield f"  {each.entity}: not swept: {each.problem}"
            continue
        more = [
            f"{count} {what}"
            for count, what in (
                (each.deleted, "deleted"),
                (each.older, "from before the connecting, taken along"),
                (each.left, "from before the connecting, left to a backfill"),
            )
            if count
        ]
        counts = ", ".join([f"{each.listed} listed, {each.missed} missed", *more])
        yield f"  {each.entity}: {counts}"
