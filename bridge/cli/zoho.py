"""`bridge zoho …`: sets up the webhooks that a connection needs in Zoho, or says how to by hand."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from bridge.cli.actor import actor
from bridge.cli.arguments import AsJson, Name
from bridge.cli.parts import office_of, within
from bridge.cli.saying import WRONG, note, say, say_json, say_table
from bridge.parts import Parts
from ingress.automation.installing import Outcome
from ingress.automation.judging import Verdict
from ingress.automation.recipe import recipe as by_hand
from ingress.automation.wanted import Hook, hooks
from ingress.connections.finding import find

UNSEEN: Final = "Whether a webhook's secret is this connection's, Zoho shows nobody."

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
    plan, outcome = within(lambda parts: _install(parts, name, yes=yes, every=renew_secret))
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
    verdicts = within(lambda parts: _check(parts, name))
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
    wanted, secret = within(lambda parts: _read(parts, name))
    if as_json:
        rows = [Verdict(hook, "missing").as_row() for hook in wanted]
        kept = ("module", "trigger", "name", "url")
        say_json({"secret": secret, "webhooks": [{n: row[n] for n in kept} for row in rows]})
    else:
        say(by_hand(wanted, secret))


async def _install(
    parts: Parts, name: str, *, yes: bool, every: bool
) -> tuple[list[Verdict], Outcome | None]:
    from ingress.automation.setting_up import check as look
    from ingress.automation.setting_up import set_up

    office = office_of(parts)
    if not yes:
        verdicts = await look(office, name)
        return [verdict for verdict in verdicts if every or verdict.state != "ok"], None
    made = await set_up(office, name, actor(), every=every, tell=_tell)
    return made.plan, made.outcome


def _tell(verdict: Verdict) -> None:
    note(f"{verdict.hook.name}: done")


async def _check(parts: Parts, name: str) -> list[Verdict]:
    from ingress.automation.setting_up import check as look

    return await look(office_of(parts), name)


async def _read(parts: Parts, name: str) -> tuple[list[Hook], str]:
    from ingress.automation.setting_up import the_secret

    row = await find(parts.pool, name)
    wanted = list(hooks(parts.settings.public_url, row["endpoint"]))
    return wanted, await the_secret(office_of(parts), row)


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
