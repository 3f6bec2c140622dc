"""`bridge asset-push`: Zoho's inventory value reaches Xero, at most once a date (C6)."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bridge.cli.actor import actor
from bridge.cli.arguments import AsJson, Of
from bridge.cli.parts import within
from bridge.cli.saying import REFUSED, WRONG, fail, say, say_json
from bridge.parts import Parts

if TYPE_CHECKING:
    from processors.asset.push import Pushed


def asset_push(
    connection: Of,
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="The journal's date; today by default."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Post the difference of the inventory value to Xero: at most one journal a date."""
    from bridge.cli.jobs.valuing import HinderedError
    from clients.xero.errors import XeroError
    from clients.zoho.errors import ZohoError

    try:
        pushed = within(lambda parts: _push_now(parts, connection, day.date() if day else None))
    except HinderedError as error:
        fail(str(error), REFUSED)
    except (XeroError, ZohoError) as error:
        fail(f"{error}. Nothing was posted; try again later", WRONG)
    say_json(asdict(pushed)) if as_json else say(pushed.reason)


async def _push_now(parts: Parts, name: str, day: date | None) -> "Pushed":
    from bridge.cli.jobs.valuing import PROBLEM, HinderedError, push_value
    from bridge.problems import close_problem
    from ingress.audit import record
    from ingress.connections.finding import find

    row = await find(parts.pool, name)
    if not row["enabled"]:
        raise HinderedError(f"{name} is disabled", f"Run `bridge connection enable {name}`")
    today = datetime.now(UTC).astimezone(ZoneInfo(row["timezone"])).date()
    pushed = await push_value(parts, row, day or today)
    await close_problem(parts.pool, row["id"], PROBLEM)
    async with parts.pool.acquire() as database, database.transaction():
        detail = {"date": day or today, **asdict(pushed)}
        await record(database, actor(), "asset.pushed", row["id"], detail=detail)
    return pushed
