"""`bridge sweep`, and the sweeps that run by the clock: what no Zoho webhook told (G2)."""

import asyncio
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import structlog
import typer

from bridge.cli.parts import Parts, opened
from bridge.cli.saying import REFUSED, WRONG, fail, run, say, say_json, settings_or_end
from bridge.queries import load
from bridge.schedule import BusyError, Due, Job, Work, run_now

if TYPE_CHECKING:
    from ingress.sweep.report import Report

QUERIES = load(__file__, "zoho_sweep.sql")
LOG = structlog.get_logger()
GLANCE: Final = 0.2  # seconds
NAME: Final = "zoho_sweep"
PATIENCE: Final = 900.0  # seconds for a sweep of what changed
FULL_PATIENCE: Final = 4 * 3600.0  # and for one of everything
GRACE: Final = 20.0  # seconds that a webhook may be on its way
FREE: Final = 0.75  # of the day's calls; while more are left, sweeps don't count them
BUSY: Final = 120.0  # seconds that a sweep by hand waits for one that runs


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("sweep")(sweep)


def sweep(
    connection: Annotated[str, typer.Option(help="The connection's name.")],
    full: Annotated[
        bool, typer.Option("--full", help="Read the lists to their ends, and find deletions.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
) -> None:
    """Read Zoho's lists once, and journal what no webhook told. Costs no call of Xero's."""
    from clients.zoho.errors import NotConnected, ZohoError

    try:
        report = run(_sweep_now(connection, full=full))
    except NotConnected as error:
        fail(f"{connection} is {error}", REFUSED)
    except (ZohoError, BusyError) as error:
        fail(f"{connection} is not swept: {error}. See `bridge doctor`", WRONG)
    if as_json:
        say_json(report.as_json())
    else:
        for line in _lines(report):
            say(line)


async def _sweep_now(name: str, *, full: bool) -> "Report":
    from ingress.connections.finding import find
    from ingress.sweep.run import sweep as sweep_once

    reports: list[Report] = []
    async with opened(settings_or_end()) as parts:
        row = await find(parts.pool, name)
        if not row["enabled"]:
            fail(f"{name} is disabled: run `bridge connection enable {name}`", REFUSED)

        async def work(due: Due) -> None:
            report = await sweep_once(
                parts.pool, parts.vault, parts.settings, due.connection_id, full=full
            )
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


def by_the_clock(parts: Parts, *, full: bool) -> Work:
    """Give the sweeper's work: a sweep of what changed, if the day's calls allow it, or of all."""
    from clients.zoho.errors import Disconnected, Throttled, WrongOrganisation
    from ingress.sweep.run import sweep as sweep_once

    async def work(due: Due) -> None:
        if not full and await _is_ahead(parts, due.connection_id):
            return
        try:
            report = await sweep_once(
                parts.pool,
                parts.vault,
                parts.settings,
                due.connection_id,
                full=full,
                grace=0.0 if full else min(GRACE, parts.settings.sweep_interval / 4),
            )
        except (Disconnected, WrongOrganisation) as error:
            LOG.warning("zoho.not_swept", connection=due.name, problem=str(error))
        except Throttled as error:
            if full:
                raise  # it is tried again, until the day's calls allow it
            LOG.warning("zoho.not_swept", connection=due.name, problem=str(error))
        else:
            LOG.info(
                "zoho.swept",
                connection=due.name,
                full=full,
                calls=report.calls,
                missed=report.missed,
            )

    return work


async def _is_ahead(parts: Parts, connection_id: int) -> bool:
    """Whether the day's calls go faster than the day, so that a sweep by the clock should wait."""
    row = await QUERIES.day_of(parts.pool, connection_id=connection_id)
    return row is not None and row["left"] < FREE and row["left"] < row["day"]
