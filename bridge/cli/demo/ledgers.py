"""The two ledgers side by side: what Zoho's company holds, and what Xero's does."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Protocol

NOT_LIVE: Final = ("draft", "void")
ENDED: Final = ("VOIDED", "DELETED")
NOTHING: Final = ("–",)
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
        yield Row(
            ours["number"],
            ours["status"].replace("_", " "),
            ours["currency"],
            _money(ours["total"], ours["balance"]) if live else NOTHING * 2,
            _xero_invoice(theirs.pop(ours["number"], None)),
        )
    for number, row in theirs.items():
        yield Row(number, ONLY_XERO, row["CurrencyCode"], NOTHING * 2, _xero_invoice(row))


def _payments(zoho: dict[str, Any], xero: dict[str, Any]) -> Iterator[Row]:
    theirs = {row["Reference"]: row for row in xero["payments"] if _lives(row)}
    for payment in zoho["customerpayments"]:
        for share in payment["shares"]:
            row = theirs.pop(f"ZI-PMT-{share['id']}", None)
            other = _money(row["Amount"]) if row else NOTHING
            name, own = f"Payment {payment['number']}", _money(share["amount"])
            yield Row(name, "", payment["currency"], own, other)
    for reference, row in theirs.items():
        yield Row(reference, ONLY_XERO, "", NOTHING, _money(row["Amount"]))


def _lives(row: dict[str, Any]) -> bool:
    return row["Status"] not in ENDED


def _xero_invoice(row: dict[str, Any] | None) -> tuple[str, ...]:
    return _money(row["Total"], row["AmountDue"]) if row else NOTHING * 2


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
    return Decimal(0) if cell in NOTHING else Decimal(cell.replace(",", ""))
