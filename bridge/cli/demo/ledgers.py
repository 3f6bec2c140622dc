"""The two ledgers side by side: what Zoho's company holds, and what Xero's does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Protocol

from bridge.cli.demo.entries import BOOKS, Entry

NOTHING: Final = "–"
ONLY_XERO: Final = "only in Xero"


class Ledgers(Protocol):
    """Whoever can read both ledgers."""

    async def ledger(self, system: str) -> dict[str, Any]:
        """Read the ledger of `zoho` or `xero`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One document on both sides: amounts of one currency, "–" where a side holds nothing."""

    name: str
    note: str
    currency: str
    zoho: tuple[str, ...]
    xero: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Equal to the cent."""
        return self.zoho == self.xero


@dataclass(frozen=True, slots=True)
class Page:
    """One kind of document; `columns` name the amounts."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def equal(self) -> bool:
        """Every row is."""
        return all(row.equal for row in self.rows)


async def compare(stage: Ledgers) -> list[Page]:
    """Read both ledgers and set them side by side, sums last; empty pages are left out."""
    zoho, xero = await stage.ledger("zoho"), await stage.ledger("xero")
    pages = []
    for book in BOOKS:
        rows = tuple(_rows(list(book.zoho(zoho)), list(book.xero(xero)), len(book.columns)))
        if rows:
            pages.append(Page(book.title, book.columns, (*rows, *_sums(rows))))
    return pages


def _rows(ours: Sequence[Entry], theirs: Sequence[Entry], width: int) -> Iterator[Row]:
    known = {entry.key for entry in ours}
    left = {_key(entry, known): entry for entry in theirs}
    for entry in ours:
        held = left.pop(entry.key, None)
        amounts = _cells(held, width)
        yield Row(entry.name, entry.note, entry.currency, _cells(entry, width), amounts)
    for entry in left.values():
        yield Row(entry.name, ONLY_XERO, entry.currency, _cells(None, width), _cells(entry, width))


def _key(entry: Entry, known: set[str]) -> str:
    # What was opened again has a suffix in Xero, where the void one keeps the number.
    return entry.key if entry.key in known else entry.key.rpartition("-")[0] or entry.key


def _cells(entry: Entry | None, width: int) -> tuple[str, ...]:
    if entry is None or entry.amounts is None:
        return (NOTHING,) * width
    return _money(*entry.amounts)


def _money(*amounts: str | Decimal) -> tuple[str, ...]:
    return tuple(f"{Decimal(amount):,.2f}" for amount in amounts)


def _sums(rows: tuple[Row, ...]) -> Iterator[Row]:
    for currency in sorted({row.currency for row in rows}):
        same = [row for row in rows if row.currency == currency]
        zoho, xero = _sum([row.zoho for row in same]), _sum([row.xero for row in same])
        yield Row("All", "", currency, zoho, xero)


def _sum(columns: list[tuple[str, ...]]) -> tuple[str, ...]:
    return _money(*(sum(map(_amount, cells), Decimal(0)) for cells in zip(*columns, strict=True)))


def _amount(cell: str) -> Decimal:
    return Decimal(0) if cell == NOTHING else Decimal(cell.replace(",", ""))
