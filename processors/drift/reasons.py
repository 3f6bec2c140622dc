"""Why a document differs, where the bridge knows; what is on its way is no difference. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from processors.drift.judging import Sides
from processors.drift.rows import Difference
from processors.drift.xero_side import LIVE, amount, target_of
from schemas.drift import PARKED
from schemas.words import Ref

FRESH: Final = timedelta(minutes=15)  # what waits for Xero no longer than that is on its way
TICK: Final = timedelta(seconds=2)  # by which Xero's clock and ours may differ
HELD: Final = "the connection is disabled"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a document stands with the bridge, and why.

    `moved`: something of it came or was sent while the two sides were being read. `open_since` is
    the age of what waits for Xero; `written_at` when Xero last took something of it.
    """

    state: str | None
    moved: bool
    parked: str | None
    skipped: str | None
    open_since: datetime | None
    written_at: datetime | None


def explained(
    sides: Sides,
    found: Iterable[Difference],
    standings: Mapping[Ref, Standing],
    now: datetime,
) -> Iterator[Difference]:
    """Yield the differences that stand, each with its reason where there is one."""
    merged = list(_merged(found))
    causes = _causes(sides, merged)
    for difference in merged:
        standing = standings.get(difference.ref)
        if standing is None:
            yield difference
        elif not _on_its_way(standing, now) and _stands(difference, standing):
            reasons = _reasons(difference, standing, causes)
            yield replace(difference, reason=next(filter(None, reasons), ""))


def _merged(found: Iterable[Difference]) -> Iterator[Difference]:
    """One row for a document that several things say of that it is missing or different."""
    whole: dict[Ref, Difference] = {}
    for each in found:
        first = whole.get(each.ref)
        if each.kind == "extra" and not each.keys:
            yield each  # a second one beside the document's own
        elif first is None:
            whole[each.ref] = each
        else:
            known = {field.field for field in first.fields}
            more = tuple(field for field in each.fields if field.field not in known)
            reason = first.reason or each.reason
            certain = first.certain or each.certain
            fields = first.fields + more
            whole[each.ref] = replace(first, fields=fields, reason=reason, certain=certain)
    yield from whole.values()


def _causes(sides: Sides, found: Sequence[Difference]) -> Mapping[Ref, list[str]]:
    """For each document what else changes what is open of it: others' differences, and payments."""
    causes: dict[Ref, list[str]] = defaultdict(list)
    for each in found:
        things = filter(None, (sides.ours.things.get(key) for key in each.keys))
        noun = each.ref.entity.replace("_", " ")
        for home in {home for thing in things for home in thing.homes} - {each.ref}:
            causes[home].append(f"{noun} {each.number or each.ref.zoho_id} is {each.kind}")
    for xero_id, row in sides.xero.lists["Payments"].items():
        paid = sides.ours.by_xero_id.get(target_of(row))
        if paid and xero_id not in sides.ours.by_xero_id and row.get("Status") in LIVE:
            money = amount(row, "Amount") or Decimal(0)
            causes[Ref.parse(paid)].append(f"a payment of {money:.2f} was entered in Xero")
    return causes


def _on_its_way(standing: Standing, now: datetime) -> bool:
    if standing.moved:
        return True
    waits = standing.open_since
    return standing.parked is None and waits is not None and now - waits < FRESH


def _stands(difference: Difference, standing: Standing) -> bool:
    return difference.certain or standing.state in ("parked", "waiting", "held")


def _reasons(
    difference: Difference, standing: Standing, causes: Mapping[Ref, list[str]]
) -> Iterator[str]:
    """Say why, what weighs most first."""
    if standing.parked:
        yield f"{PARKED}{standing.parked}"
    if standing.state == "held":
        yield HELD
    if standing.open_since:
        yield f"waits for Xero since {_when(standing.open_since)}"
    if standing.skipped:
        yield standing.skipped
    yield difference.reason
    only_open = {field.field for field in difference.fields} == {"amount_due"}
    if only_open and (said := causes.get(difference.ref)):
        yield "follows from this: " + "; ".join(said)
    yield _edited(difference, standing)


def _edited(difference: Difference, standing: Standing) -> str:
    wrote = standing.written_at
    if wrote is None:
        return ""
    at = datetime.fromisoformat(difference.changed_at) if difference.changed_at else None
    if difference.kind == "missing":
        return f"it was taken out of Xero after the bridge wrote it on {_when(wrote)}"
    if at is not None and at > wrote + TICK:
        return f"it was changed in Xero on {_when(at)}, and last written by us on {_when(wrote)}"
    return f"Xero does not show what the bridge wrote on {_when(wrote)}"


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
