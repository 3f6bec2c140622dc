"""Both sides of a connection compared: read, set against each other, explained, and kept."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bridge.parts import Parts
from bridge.postgres import Connection, Pool
from bridge.queries import load
from clients.xero.reader import Reader
from clients.xero.reader import opened as open_xero
from clients.zoho.session import ZohoSession
from clients.zoho.session import opened as open_zoho
from processors.drift import xero_lists, zoho_lists
from processors.drift.extras import extras
from processors.drift.holdings import Holdings, holdings
from processors.drift.judging import Sides, judge
from processors.drift.reasons import Standing, explained
from processors.drift.rows import Difference
from processors.drift.zoho_lists import ZohoLists
from processors.drift.zoho_side import numbers, unheard
from schemas.books import Books
from schemas.connections import read_books
from schemas.words import Ref

QUERIES = load(__file__, "comparing.sql")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a comparison will take: documents on our side, and calls of each system's limits.

    `made` tells how many calls it has made so far.
    """

    documents: int
    xero_calls: int
    zoho_calls: int
    made: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison found: the documents that differ, and what it took."""

    differences: Sequence[Difference]
    documents: int
    xero_calls: int
    zoho_calls: int
    notes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ends:
    """The two systems of one connection, ready to be read."""

    pool: Pool
    connection_id: int
    xero: Reader
    zoho: ZohoSession


@asynccontextmanager
async def ends(parts: Parts, connection_id: int, name: str) -> AsyncIterator[Ends]:
    """Open what a comparison reads from."""
    async with (
        open_xero(parts, connection_id, name) as xero,
        open_zoho(parts, connection_id) as zoho,
    ):
        yield Ends(parts.pool, connection_id, xero, zoho)


async def compare(ends: Ends, announce: Callable[[Plan], None] = lambda _plan: None) -> Comparison:
    """Compare both sides; `announce` hears beforehand what it will take.

    Raises clients.xero.errors.XeroError when Xero can't be read. When Zoho can't, what it told
    before is compared, and the notes say so.
    """
    row = await QUERIES.connection(ends.pool, connection_id=ends.connection_id)
    books = read_books(row)
    ours = await _ours(ends)
    counts = Counter(ref.entity for ref in ours.documents)
    xero_calls = xero_lists.planned_calls(ours.links)
    zoho_calls = zoho_lists.planned_calls(books, counts)
    announce(Plan(counts.total(), xero_calls, zoho_calls, lambda: _made(ends)))
    lists = await zoho_lists.read_lists(ends.zoho, books)
    sides = Sides(ours, await xero_lists.read_lists(ends.xero, ours, row["cutover"]))
    found = await _explain(ends, sides, _differences(sides, lists, books), row["started"])
    documents = len(ours.documents.keys() | lists.rows.keys())
    return Comparison(found, documents, ends.xero.calls, lists.calls, lists.notes)


def _made(ends: Ends) -> int:
    return ends.xero.calls + ends.zoho.calls


async def _ours(ends: Ends) -> Holdings:
    rows = await QUERIES.documents(ends.pool, connection_id=ends.connection_id)
    links = await QUERIES.links(ends.pool, connection_id=ends.connection_id)
    return holdings(rows, {row["key"]: row["xero_id"] for row in links})


def _differences(sides: Sides, lists: ZohoLists, books: Books) -> list[Difference]:
    return [
        *judge(sides),
        *unheard(sides, lists.rows, lists.listed, books),
        *extras(sides, books.cutover, numbers(sides, lists.rows)),
    ]


async def _explain(
    ends: Ends, sides: Sides, found: list[Difference], started: datetime
) -> list[Difference]:
    found = await _with_owners(ends, await _settled(ends, found))
    refs = sorted({difference.ref for difference in found if difference.ref.zoho_id})
    rows = await QUERIES.standings(
        ends.pool,
        connection_id=ends.connection_id,
        entities=[ref.entity for ref in refs],
        zoho_ids=[ref.zoho_id for ref in refs],
        started=started,
    )
    standings = {Ref(row["entity"], row["zoho_id"]): _standing(row) for row in rows}
    left = list(explained(sides, found, standings, datetime.now(UTC)))
    return sorted(left, key=lambda each: (each.ref, each.number, each.kind))


async def _settled(ends: Ends, found: Sequence[Difference]) -> list[Difference]:
    """Leave out what is being written, or was linked, while the sides were read."""
    new = [each for each in found if _is_new(each)]
    rows = await QUERIES.on_the_way(
        ends.pool,
        connection_id=ends.connection_id,
        xero_ids=[each.xero_id for each in new],
        numbers=[each.number for each in new],
    )
    moving = {row["found"] for row in rows}
    return [e for e in found if not (_is_new(e) and {e.xero_id, e.number} & moving)]


def _is_new(difference: Difference) -> bool:
    return difference.kind == "extra" and not difference.keys


async def _with_owners(ends: Ends, found: Sequence[Difference]) -> list[Difference]:
    """Name the documents of things that are known by their links alone."""
    nameless = [each.keys[0] for each in found if each.keys and not each.ref.zoho_id]
    rows = await QUERIES.owners(ends.pool, connection_id=ends.connection_id, keys=nameless)
    owners = {row["key"]: row for row in rows}
    return [_owned(each, owners.get(each.keys[0] if each.keys else "")) for each in found]


def _owned(difference: Difference, owner: Any) -> Difference:
    if owner is None or difference.ref.zoho_id:
        return difference
    ref = Ref(owner["entity"], owner["zoho_id"])
    return replace(difference, ref=ref, number=owner["number"] or difference.number)


def _standing(row: Any) -> Standing:
    names = ("state", "moved", "parked", "skipped", "open_since", "written_at")
    return Standing(*(row[name] for name in names))


async def keep(database: Connection, connection_id: int, found: Comparison) -> None:
    """Store a comparison in place of the one before, in the caller's transaction."""
    await QUERIES.forget(database, connection_id=connection_id)
    await QUERIES.store_comparison(
        database,
        connection_id=connection_id,
        documents=found.documents,
        xero_calls=found.xero_calls,
        zoho_calls=found.zoho_calls,
        notes=list(found.notes),
    )
    differences = [each.as_row() for each in found.differences]
    await QUERIES.store_drift(database, connection_id=connection_id, differences=differences)


def counts(differences: Iterable[Difference]) -> Counter[tuple[str, str]]:
    """Count differences by entity and kind."""
    return Counter((each.ref.entity, each.kind) for each in differences)
