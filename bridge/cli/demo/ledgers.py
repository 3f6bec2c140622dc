"""The two ledgers side by side: what Zoho's company holds, and what Xero's does."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Protocol

NOT_LIVE: Final = ("draft", "void")
ENDED: Final = ("VOIDED", "DELETED")


class Ledgers(Protocol):
    """Whoever can read both ledgers."""

    async def ledger(self, system: str) -> dict[str, Any]:
        """Read the ledger of `zoho` or `xero`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One document on both sides: amounts with currency, "–" where a side holds nothing."""

    name: str
    note: str
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
    """Read both ledgers and set them side by side, sums last."""
    zoho, xero = await stage.ledger("zoho"), await stage.ledger("xero")
    return [
        _page("Invoices", ("total", "open"), _invoices(zoho, xero)),
        _page("Payments", ("amount",), _payments(zoho, xero)),
    ]


def _page(title: str, columns: tuple[str, ...], rows: Iterator[Row]) -> Page:
    found = tuple(rows)
    return Page(title, columns, (*found, *_sums(found)))


def _invoices(zoho: dict[str, Any], xero: dict[str, Any]) -> Iterator[Row]:
    theirs = {row["InvoiceNumber"]: row for row in xero["invoices"] if _lives(row)}
    for ours in zoho["invoices"]:
        live = ours["status"] not in NOT_LIVE
        own = (ours["total"], ours["balance"]) if live else ()
        yield _row(
            ours["number"],
            ours["status"],
            _money(ours["currency"], *own),
            _xero_money(theirs.pop(ours["number"], None), "Total", "AmountDue"),
        )
    for number, row in theirs.items():
        yield _row(number, "only in Xero", (), _xero_money(row, "Total", "AmountDue"))


def _payments(zoho: dict[str, Any], xero: dict[str, Any]) -> Iterator[Row]:
    theirs = {row["Reference"]: row for row in xero["payments"] if _lives(row)}
    for payment in zoho["customerpayments"]:
        for share in payment["shares"]:
            row = theirs.pop(f"ZI-PMT-{share['id']}", None)
            currency = payment["currency"]
            own = _money(currency, share["amount"])
            other = _money(currency, row["Amount"]) if row else ()
            yield _row(f"Payment {payment['number']}", "", own, other)
    for reference, row in theirs.items():
        yield _row(reference, "only in Xero", (), (row["Amount"],))


def _row(name: str, note: str, zoho: tuple[str, ...], xero: tuple[str, ...]) -> Row:
    width = max(len(zoho), len(xero), 1)
    nothing = ("–",) * width
    return Row(name, note, zoho or nothing, xero or nothing)


def _lives(row: dict[str, Any]) -> bool:
    return row["Status"] not in ENDED


def _xero_money(row: dict[str, Any] | None, *fields: str) -> tuple[str, ...]:
    return _money(row["CurrencyCode"], *(row[field] for field in fields)) if row else ()


def _money(currency: str, *amounts: str) -> tuple[str, ...]:
    return tuple(f"{Decimal(amount):,.2f} {currency}" for amount in amounts)


def _sums(rows: tuple[Row, ...]) -> Iterator[Row]:
    currencies = sorted({cell[-3:] for row in rows for cell in (*row.zoho, *row.xero)} - {"–"})
    for currency in currencies:
        zoho, xero = (
            _sum([r.zoho for r in rows], currency),
            _sum([r.xero for r in rows], currency),
        )
        yield Row(f"All in {currency}", "", zoho, xero)


def _sum(columns: list[tuple[str, ...]], currency: str) -> tuple[str, ...]:
    width = max(len(cells) for cells in columns)
    totals = [Decimal(0)] * width
    for cells in columns:
        for place, cell in enumerate(cells):
            if cell.endswith(currency):
                totals[place] += Decimal(cell.split()[0].replace(",", ""))
    return _money(currency, *map(str, totals))
