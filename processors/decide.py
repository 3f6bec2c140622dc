"""The judgement itself: a case becomes decisions. Pure: the same case gives the same decisions."""

from collections.abc import Iterator, Sequence

from processors.cases import Case
from processors.changes import Change, changes
from processors.conditions import Condition
from processors.decisions import Decision
from processors.plans.contacts import contact_thing
from processors.plans.entities import ASIDE, PLANS, silent, wanted
from processors.remarks import overtaken, proves_permitted, remarks, too_late, unchanged
from processors.rules import RULES, conditions_of
from processors.things import Thing
from processors.turns import asked_again, freed, in_the_way
from schemas.commands import Command
from schemas.words import Ref


def decide(case: Case) -> list[Decision]:
    """Decide an event: at least one decision, those that come first in Xero first."""
    code = overtaken(case)
    if code is not None and not proves_permitted(case):
        return [too_late(case.ref, code)]
    found = list(changes(case, wanted(case), silent(case)))
    if code is not None:
        found = [change for change in found if case.is_root(change.thing)]
    judged = list(_judge_all(case, found))
    beside = remarks(case) if code is None else ()
    decisions = [*judged, *_let_go(case, judged), *beside]
    return [*_first_uses(case, decisions), *decisions] or [unchanged(case)]


def _judge_all(case: Case, found: Sequence[Change]) -> Iterator[Decision]:
    end = next((c for c in found if c.verb == "remove" and case.is_root(c.thing)), None)
    if end is not None and (why := _withheld(case, end)) is not None:
        # What hangs on a document goes with it or, as here, stays with it.
        yield _withhold(case, end, why)
        return
    for change in found:
        why = _withheld(case, change)
        yield _apply(case, change, found) if why is None else _withhold(case, change, why)


def _let_go(case: Case, judged: Sequence[Decision]) -> Iterator[Decision]:
    """Documents that are gone in Zoho, and stayed in Xero for what is now taken off them (A4)."""
    off = [decision.untells for decision in judged if decision.untells is not None]
    for home in dict.fromkeys(home for thing in off for home in thing.homes if home != case.ref):
        of_home = freed(case, home, off)
        root = of_home.told.get(str(home))
        if root is None or not of_home.own.is_gone:
            continue
        end = Change("remove", root)
        if _withheld(of_home, end) is None:
            yield _apply(of_home, end, [end])


def _withheld(case: Case, change: Change) -> Condition | None:
    action = change.action
    if change.verb == "update" and change.thing.key in case.unsent:
        # The version before was never sent, so payments and credits still wait behind it.
        action = f"{change.thing.kind}.create"
    return next((c for c in conditions_of(action) if c.holds(case, change.thing)), None)


def _withhold(case: Case, change: Change, why: Condition) -> Decision:
    return Decision(
        case.ref,
        RULES[change.action].id,
        "withheld",
        key=change.thing.key,
        code=why.code,
        reason=why.reason(case),
    )


def _apply(case: Case, change: Change, found: Sequence[Change]) -> Decision:
    rule = RULES[change.action]
    plan = tuple(PLANS[change.action](case, change.thing))
    aside = in_the_way(case, change, found)
    off = [c for thing in reversed(aside) for c in ASIDE[f"{thing.kind}.remove"](case, thing)]
    on = [c for thing in aside for c in ASIDE[f"{thing.kind}.create"](case, thing)]
    return Decision(
        case.ref,
        rule.id,
        "applied",
        key=change.thing.key,
        reason=_say(case, change.thing, rule.xero, plan, aside),
        # What a document asks for again goes before what hangs on it: Xero would refuse it after.
        commands=(*off, *plan, *asked_again(case, change), *on),
        tells=None if change.verb == "remove" else change.thing,
        untells=change.thing if change.verb == "remove" else None,
    )


def _say(
    case: Case, thing: Thing, xero: str, plan: Sequence[Command], aside: Sequence[Thing]
) -> str:
    said = [xero]
    if aside:
        names = ", ".join(each.key for each in aside)
        said.append(f"Taken off before it and put back after it, being recorded later: {names}")
    numbers = [command.expected.get("number", "") for command in plan if command.key == thing.key]
    if taken := _suffixed(case.buried.get(thing.key, frozenset()), numbers):
        said.append(f"Xero keeps the number of the voided one, so this one is {taken}")
    return "".join(f"{sentence}. " for sentence in said).rstrip()


def _suffixed(buried: frozenset[str], numbers: Sequence[str]) -> str | None:
    return next((number for number in numbers if number.rpartition("-")[0] in buried), None)


def _first_uses(case: Case, decisions: Sequence[Decision]) -> Iterator[Decision]:
    """Contacts that the decisions' commands need and that no exported document used before (A1)."""
    rule = RULES["contact.create"]
    needs = {key: None for d in decisions for command in d.commands for key in command.needs}
    for key in needs:
        ref = Ref.parse(key)
        if ref.entity != "contact" or case.about(ref).used:
            continue
        thing = contact_thing(case, ref)
        yield Decision(
            ref,
            rule.id,
            "applied",
            key=key,
            reason=f"First used by {case.ref}. {rule.xero}.",
            commands=tuple(PLANS["contact.create"](case, thing)),
            tells=thing,
        )
