"""`bridge zoho …`: sets up the webhooks that a connection needs in Zoho, or says how to by hand."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bridge.cli.actor import actor
from bridge.cli.arguments import AsJson, Name
from bridge.cli.parts import Parts, opened
from bridge.cli.saying import (
    REFUSED,
    WRONG,
    fail,
    note,
    run,
    say,
    say_json,
    say_table,
    settings_or_end,
)
from bridge.settings import Settings
from clients.zoho.automation import Automation
from clients.zoho.errors import NoPermission, ZohoError
from ingress.audit import record
from ingress.automation.installing import Outcome, look
from ingress.automation.installing import install as make_so
from ingress.automation.judging import Verdict
from ingress.automation.recipe import recipe as by_hand
from ingress.automation.wanted import hooks
from ingress.connections.finding import Row, find, secret_of

if TYPE_CHECKING:
    from clients.zoho.session import ZohoSession

NO_PERMISSION: Final = (
    "The grant does not cover Zoho's settings (scope ZohoInventory.settings.ALL): connect Zoho"
    " again with it, or set the webhooks up by hand, as `bridge zoho recipe {name}` says. {error}"
)
NOT_ASKED: Final = "Zoho can't be asked: {error}. `bridge zoho recipe {name}` says how to by hand"
UNSEEN: Final = "Whether a webhook's secret is this connection's, Zoho shows nobody."
UNSIGNED: Final = "The connection has no webhook_secret: give it one in its file, and apply it"

app = typer.Typer(help="Set up Zoho's webhooks for a connection.", no_args_is_help=True)


@app.command("install")
def install(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only the plan.")] = False,
    renew_secret: Annotated[
        bool, typer.Option("--renew-secret", help="Write the secret into all webhooks again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the webhooks and workflow rules that lack in Zoho; what is right stays as it is.

    Shows the plan, and does it with --yes. May be repeated, also after it was cut off.
    """
    plan, outcome = run(_install(settings_or_end(), name, yes=yes, every=renew_secret))
    if as_json:
        rows = [each.as_row() for each in plan]
        done = outcome is not None and len(outcome.done) == len(plan)
        say_json({"plan": rows, "done": done, "notes": outcome.notes if outcome else []})
    else:
        _say_plan(plan, outcome, name)
    if outcome is not None and outcome.notes:
        raise typer.Exit(WRONG)


@app.command("check")
def check(name: Name, as_json: AsJson = False) -> None:
    """Compare what is set up in Zoho with what should be; exits 1 where something is wrong."""
    verdicts = run(_check(settings_or_end(), name))
    wrong = [verdict for verdict in verdicts if verdict.state != "ok"]
    if as_json:
        say_json([verdict.as_row() for verdict in verdicts])
    else:
        _say_verdicts(wrong)
        say(f"{len(verdicts) - len(wrong)} of {len(verdicts)} webhooks are set up. {UNSEEN}")
    if wrong:
        raise typer.Exit(WRONG)


@app.command("recipe")
def recipe(name: Name, as_json: AsJson = False) -> None:
    """Say step by step how to set the webhooks up by hand, with names, addresses and the secret."""
    settings = settings_or_end()
    row, secret = run(_read(settings, name))
    wanted = list(hooks(settings.public_url, row["endpoint"]))
    if as_json:
        rows = [Verdict(hook, "missing").as_row() for hook in wanted]
        kept = ("module", "trigger", "name", "url")
        say_json({"secret": secret, "webhooks": [{n: row[n] for n in kept} for row in rows]})
    else:
        say(by_hand(wanted, secret))


async def _install(
    settings: Settings, name: str, *, yes: bool, every: bool
) -> tuple[list[Verdict], Outcome | None]:
    async with opened(settings) as parts, _automation(parts, name) as (row, automation):
        secret = await _secret(parts, row)
        verdicts = await look(automation, list(hooks(settings.public_url, row["endpoint"])))
        plan = [verdict for verdict in verdicts if every or verdict.state != "ok"]
        if not (yes and plan):
            return plan, Outcome() if yes else None
        outcome = await make_so(automation, plan, secret, lambda v: note(f"{v.hook.name}: done"))
        detail = {"webhooks": [verdict.hook.name for verdict in outcome.done]}
        async with parts.pool.acquire() as database, database.transaction():
            await record(database, actor(), "zoho.webhooks_installed", row["id"], detail=detail)
    return plan, outcome


async def _check(settings: Settings, name: str) -> list[Verdict]:
    async with opened(settings) as parts, _automation(parts, name) as (row, automation):
        return await look(automation, list(hooks(settings.public_url, row["endpoint"])))


async def _read(settings: Settings, name: str) -> tuple[Row, str]:
    async with opened(settings) as parts:
        row = await find(parts.pool, name)
        return row, await _secret(parts, row)


async def _secret(parts: Parts, row: Row) -> str:
    secret = await secret_of(parts.pool, parts.vault, row["id"], "zoho.webhook_secret")
    if secret is None:
        fail(UNSIGNED, REFUSED)
    return secret


@asynccontextmanager
async def _automation(parts: Parts, name: str) -> AsyncIterator[tuple[Row, Automation]]:
    from clients.zoho.session import opened as open_zoho

    row = await find(parts.pool, name)
    session: ZohoSession
    try:
        async with open_zoho(parts.pool, parts.vault, parts.settings, row["id"]) as session:
            yield row, Automation(session)
    except NoPermission as error:
        fail(NO_PERMISSION.format(name=name, error=error), REFUSED)
    except ZohoError as error:
        fail(NOT_ASKED.format(name=name, error=error), REFUSED)


def _say_plan(plan: Sequence[Verdict], outcome: Outcome | None, name: str) -> None:
    _say_verdicts(plan)
    if not plan:
        say(f"All webhooks of {name} are set up: nothing to do. {UNSEEN}")
    elif outcome is None:
        say(f"{len(plan)} webhooks are to be put right: add --yes to do it.")
    else:
        for each in outcome.notes:
            note(f"{each}.")
        say(f"{len(outcome.done)} of {len(plan)} webhooks are put right.")


def _say_verdicts(verdicts: Sequence[Verdict]) -> None:
    rows: list[dict[str, Any]] = [verdict.as_row() for verdict in verdicts]
    if rows:
        names = ("module", "trigger", "says", "url")
        say_table(names, (tuple(row[each] for each in names) for row in rows))
