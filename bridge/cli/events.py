"""`bridge events …`: what was decided, or could not be, is looked at again."""

from dataclasses import replace as with_changed
from datetime import datetime
from typing import Annotated, Final, get_args
from zoneinfo import ZoneInfo

import typer

from bridge.cli.actor import actor
from bridge.cli.arguments import AsJson, Of
from bridge.cli.parts import within
from bridge.cli.saying import REFUSED, WRONG, fail, say, say_json
from bridge.parts import Parts
from ingress.audit import record
from ingress.connections.finding import find
from processors.shell.replaying import Choice, Replayed
from processors.shell.replaying import replay as decide_again
from schemas.words import ENTITIES, EventState, Outcome, Ref

CHOOSE: Final = (
    "Choose which: event ids, --document, --since, --until, --state, --outcome, or --all"
)
STATES: Final = get_args(EventState)
OUTCOMES: Final = get_args(Outcome)
WORDS: Final = {
    "parked": "{} parked events will be decided again.",
    "again": "{} documents will be looked at again, each in its newest version.",
    "waiting": "{} events wait to be decided anyway.",
    "overtaken": "{} events are left: a newer version of their document counts.",
}

app = typer.Typer(help="Have events decided again.", no_args_is_help=True)


@app.callback()
def events() -> None:
    """Have events decided again."""


@app.command("replay")
def replay(  # noqa: PLR0913, PLR0917  a command's options
    connection: Of,
    ids: Annotated[list[int] | None, typer.Argument(help="Events, by id.")] = None,
    document: Annotated[str | None, typer.Option(help="One document's: invoice:460….")] = None,
    since: Annotated[
        str | None, typer.Option(help="Arrived then or later: 2026-01-31T09:00.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Arrived before then.")] = None,
    state: Annotated[list[str] | None, typer.Option(help="In this state; repeatable.")] = None,
    outcome: Annotated[list[str] | None, typer.Option(help="Decided so; repeatable.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="The whole journal.")] = False,
    as_json: AsJson = False,
) -> None:
    """Have events decided again, parked or withheld ones for instance, after an upgrade.

    What is given narrows the choice. Nothing is doubled in Xero: a document is looked at in its
    newest version only, and what Xero holds already is not sent.
    """
    narrowed = any((ids, document, since, until, state, outcome))
    if narrowed == everything:
        fail(CHOOSE, REFUSED)
    _known("state", state, STATES)
    _known("outcome", outcome, OUTCOMES)
    choice = Choice(
        ids=tuple(ids or ()),
        document=_document(document),
        since=_moment("--since", since),
        until=_moment("--until", until),
        states=tuple(state or ()),
        outcomes=tuple(outcome or ()),
    )
    replayed = within(lambda parts: _replay(parts, connection, choice))
    _tell(replayed, connection, choice, as_json=as_json)


def _known(what: str, given: list[str] | None, known: tuple[str, ...]) -> None:
    if unknown := set(given or ()) - set(known):
        fail(f"No such {what}: {', '.join(sorted(unknown))}. There are {', '.join(known)}", REFUSED)


def _document(text: str | None) -> Ref | None:
    try:
        ref = None if text is None else Ref.parse(text)
    except ValueError as error:
        fail(f"--document: {error}, as in invoice:460…", REFUSED)
    if ref is not None and ref.entity not in ENTITIES:
        fail(f"--document: no such entity {ref.entity}. There are {', '.join(ENTITIES)}", REFUSED)
    return ref


def _moment(option: str, text: str | None) -> datetime | None:
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError:
        fail(f"{option}: {text!r} is no time such as 2026-01-31 or 2026-01-31T09:00+01:00", REFUSED)


async def _replay(parts: Parts, name: str, choice: Choice) -> Replayed:
    row = await find(parts.pool, name)
    choice = _localised(choice, ZoneInfo(row["timezone"]))
    async with parts.pool.acquire() as connection, connection.transaction():
        replayed = await decide_again(connection, row["id"], choice)
        detail = _detail(choice, replayed)
        await record(connection, actor(), "events.replayed", row["id"], detail=detail)
    return replayed


def _localised(choice: Choice, zone: ZoneInfo) -> Choice:
    """Take times without a zone for the organisation's."""
    since, until = (
        moment.replace(tzinfo=zone) if moment and moment.tzinfo is None else moment
        for moment in (choice.since, choice.until)
    )
    return with_changed(choice, since=since, until=until)


def _detail(choice: Choice, replayed: Replayed) -> dict[str, object]:
    given = {
        "document": choice.document and str(choice.document),
        "since": choice.since,
        "until": choice.until,
        "states": choice.states,
        "outcomes": choice.outcomes,
    }
    said = {name: value for name, value in given.items() if value}
    return said | {"parked": replayed.parked, "again": replayed.again}


def _tell(replayed: Replayed, connection: str, choice: Choice, *, as_json: bool) -> None:
    became = {name: getattr(replayed, name) for name in WORDS}
    if as_json:
        say_json(became)
    else:
        for name, found in became.items():
            if found or name == "parked":
                say(WORDS[name].format(len(found)))
    ids = set(choice.ids)
    if unknown := sorted(ids - {each for found in became.values() for each in found}):
        fail(f"Not events of {connection}: {', '.join(map(str, unknown))}", WRONG)
    if left := sorted(ids & set(replayed.overtaken)):
        fail(f"Overtaken, so not decided again: {', '.join(map(str, left))}", WRONG)
