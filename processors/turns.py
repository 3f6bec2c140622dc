"""Whose turn it is: what was told before its turn steps aside for a change, and comes back."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from processors.cases import Case
from processors.changes import Change
from processors.conditions import WRITE_OFFS
from processors.plans.entities import PLANS, WANTED
from processors.things import Thing
from schemas.commands import Command
from schemas.documents import Trade
from schemas.words import Ref


def in_the_way(case: Case, change: Change, found: Sequence[Change]) -> list[Thing]:
    """What must be taken off and put back around a change, because it was told before its turn.

    Events can reach us in another order than Zoho's. A payment that came before its invoice waits
    for it, and must not hold it up; one that was recorded after an edit would make Xero refuse the
    edit; one that Xero does not hold yet, or refuses, would hold up the change that it waits for.
    """
    inner = not case.is_root(change.thing)
    # What goes, or finds its place by a change of its own, is not put back as it was.
    moving = {each.thing.key for each in found if inner or each.verb == "remove"}
    beside = {t.key: t for t in _beside(case, change) if _is_set_against(case, t)}
    return [thing for key, thing in beside.items() if key not in moving]


def _is_set_against(case: Case, thing: Thing) -> bool:
    return (len(thing.homes) > 1 or thing.kind in WRITE_OFFS) and not case.is_given_up(thing)


def _beside(case: Case, change: Change) -> list[Thing]:
    others = [thing for thing in case.told.values() if thing.owner != case.ref]
    if not case.is_root(change.thing):
        near = [t for home in change.thing.homes for t in case.about(home).told.values()]
        waiting = [t for t in near if case.awaits_its_place(t) and t.owner != case.ref]
        return waiting if change.verb != "create" else []
    if change.verb == "remove":
        return others
    if change.thing.key in case.unsent:
        return []  # it takes its own old place, and they are behind it
    own = [thing for thing in case.told.values() if thing.kind in WRITE_OFFS]
    return [*others, *own] if change.verb == "update" else list(case.told.values())


def asked_again(case: Case, change: Change) -> Iterator[Command]:
    """Changes of documents that wait in front of a removal, to go behind it.

    Xero may have refused such a change for the very thing that is now removed (A17, A21).
    """
    if change.verb == "remove" and not case.is_root(change.thing):
        for home in change.thing.homes:
            yield from _change_waiting(case, home)


def _change_waiting(case: Case, home: Ref) -> Iterator[Command]:
    root, document = case.about(home).told.get(str(home)), case.shown(home)
    if root is None or document is None or (home == case.ref and case.is_gone):
        return
    latest = next((t for t in WANTED[home.entity](document) if t.key == root.key), None)
    waits = root.key in case.unsent and root.key in case.linked
    if waits and latest is not None and latest.content == root.content:
        of_home = replace(case, ref=home, version=document)
        yield from PLANS[f"{root.kind}.update"](of_home, root)


def freed(case: Case, home: Ref, off: Sequence[Thing]) -> Case:
    """The case of a document as it stands once the things `off` are taken off it."""
    known, keys = case.about(home), {thing.key for thing in off}
    document = known.document
    if isinstance(document, Trade):
        # What it said of credits is overtaken: what is known to be applied counts.
        document = document.model_copy(update={"credits_applied": None})
    told = {key: thing for key, thing in known.told.items() if key not in keys}
    return replace(
        case,
        ref=home,
        trigger="deleted" if known.deleted else "edited",
        version=None if known.deleted else document,
        known={**case.known, home: replace(known, document=document, told=told)},
    )
