"""Naming what happened: what Xero was asked to hold, compared with what this version wants held."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from processors.cases import Case
from processors.conditions import ALLOCATIONS, PAYMENTS
from processors.things import WRITTEN_WHOLE, Thing
from schemas.documents import Document, Trade
from schemas.words import Ref

Verb = Literal["create", "update", "remove"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that became different; `action` is its row of the rule table."""

    verb: Verb
    thing: Thing

    @property
    def action(self) -> str:
        """`invoice.create` and so on."""
        return f"{self.thing.kind}.{self.verb}"


def changes(
    case: Case, wanted: Mapping[str, Thing], silent: frozenset[str] = frozenset()
) -> Iterator[Change]:
    """Yield what differs, removals first, each in an order that Xero can follow.

    `wanted` is what this version wants held, by key; `silent` are kinds that it says nothing about.
    """
    gone = {
        key: thing
        for key, thing in case.told.items()
        if not _stays(thing, wanted) and thing.kind not in silent and _may_remove(case, thing)
    }
    for thing in sorted(gone.values(), key=_rank, reverse=True):
        yield Change("remove", thing)
    for thing in sorted(wanted.values(), key=_rank):
        told = None if thing.key in gone else case.told.get(thing.key)
        if told is None and not _is_denied(case, thing):
            yield Change("create", thing)
        elif told is not None and thing.differs(told) and not _is_newer(told, case):
            verb: Verb = "create" if _is_unborn(case, thing) else "update"
            yield Change(verb, thing.completed_by(told) if thing.is_partial else thing)


def _rank(thing: Thing) -> int:
    return thing.rank


def _stays(thing: Thing, wanted: Mapping[str, Thing]) -> bool:
    # A share of a payment that was moved to another document is one less there, and one more here.
    return thing.key in wanted and wanted[thing.key].homes == thing.homes


def _is_unborn(case: Case, thing: Thing) -> bool:
    # Xero has never heard of it: what restricts changing things in Xero doesn't restrict this.
    return thing.kind in WRITTEN_WHOLE and case.awaits_first_send(thing)


def _may_remove(case: Case, thing: Thing) -> bool:
    """Another document's thing is gone by this one's word only if this version is the newer one."""
    if thing.owner == case.ref or case.is_deleted:
        return True
    if case.is_gone:
        return not _is_newer(thing, case)
    return thing.at is not None and case.at is not None and thing.at < case.at


def _is_newer(told: Thing, case: Case) -> bool:
    return told.at is not None and case.at is not None and told.at > case.at


def _is_denied(case: Case, thing: Thing) -> bool:
    """Another document that the thing hangs on has said since that there is no such thing."""
    return any(_denies(case, thing, home) for home in thing.homes if home != case.ref)


def _denies(case: Case, thing: Thing, home: Ref) -> bool:
    known = case.about(home)
    if known.deleted or known.at is None or case.at is None:
        return known.deleted
    # What comes after a void tells that the document was opened again since.
    if home == thing.owner:
        return known.at > case.at
    if known.is_gone:
        return known.at >= case.at
    return known.at > case.at and _is_settled_without(known.document, thing)


def _is_settled_without(document: Document | None, thing: Thing) -> bool:
    """Whether a document shows that nothing is left of it for a thing that it shows none of."""
    if not isinstance(document, Trade):
        return False
    paid, credited = document.payment_made, document.credits_applied
    shown = {**dict.fromkeys(PAYMENTS, paid), **dict.fromkeys(ALLOCATIONS, credited)}
    settled = sum(filter(None, (paid, credited, document.write_off_amount)))
    return shown.get(thing.kind) == 0 and settled >= document.total
