"""What is known after a decision: which documents remember something else from now on. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from processors.cases import Case, Known
from processors.decisions import Decision
from processors.plans.entities import wanted
from processors.things import Thing, Told
from schemas.words import Ref


def remember(case: Case, decisions: Sequence[Decision]) -> dict[Ref, Known]:
    """Give the documents that changed by the decisions, as they are known now.

    An overtaken event changes nothing, not even what is known of its own document.
    """
    if all(decision.overtaken for decision in decisions):
        return {}
    changed = {case.ref: _own(case)}
    for decision in decisions:
        if decision.tells is not None:
            _tell(case, changed, decision.tells)
        if decision.untells is not None:
            _untell(case, changed, decision.untells)
        if decision.outcome == "applied":
            known = changed.get(decision.document) or case.about(decision.document)
            used = known.used or decision.document.entity == "contact"
            changed[decision.document] = replace(known, used=used, exported=True)
    return changed


def _own(case: Case) -> Known:
    deleted = case.own.deleted or case.trigger == "deleted"
    own = replace(case.own, deleted=deleted, told=_confirmed(case))
    if case.at is not None and own.at is not None and case.at < own.at:
        return own  # a late version may prove something, it is not the newest
    return replace(own, document=case.document, at=case.at or own.at)


def _confirmed(case: Case) -> Told:
    """What is told, where this version is still as Xero holds it: older ones prove nothing then."""
    key = str(case.ref)
    told, shown = case.told.get(key), wanted(case).get(key)
    if case.trade is None or told is None or shown is None or told.content != shown.content:
        return case.told
    at = max(filter(None, (told.at, case.at)), default=None)
    return {**case.told, key: replace(told, at=at)}


def _tell(case: Case, changed: dict[Ref, Known], thing: Thing) -> None:
    for home in thing.homes:
        known = changed.get(home) or case.about(home)
        exported = known.exported or home == thing.owner
        changed[home] = replace(known, told={**known.told, thing.key: thing}, exported=exported)


def _untell(case: Case, changed: dict[Ref, Known], thing: Thing) -> None:
    for home in thing.homes:
        known = changed.get(home) or case.about(home)
        changed[home] = replace(known, told=_without(known.told, thing.key))


def _without(told: Mapping[str, Thing], key: str) -> dict[str, Thing]:
    return {other: thing for other, thing in told.items() if other != key}
