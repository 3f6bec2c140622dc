"""Lines: a document's items, discounts, shipping, adjustment and round-off, as Xero's lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from processors.plans.building import UnbuildableError, account, account_field
from processors.plans.discounts import discount_of, entity_discount, spread
from processors.plans.totals import HUNDRED, Row, cents, gap_to_close, xero_total
from schemas.books import Books, Side
from schemas.commands import Body
from schemas.documents import Trade
from schemas.parts import Line

DESCRIPTION: Final = 4_000  # Xero: lines
PLACES: Final = 4  # decimals that Xero keeps of a price (unitdp=4) and of a quantity
NO_TAX: Final = ""

# Which of the connection's accounts a line goes to (C4, C5, C8).
PURPOSES: Final[dict[Side, dict[str, str]]] = {
    "sales": {"items": "sales", "discounts": "discounts", "adjustments": "adjustments"},
    "purchases": {
        "items": "purchases",
        "discounts": "purchase_discounts",
        "adjustments": "purchase_adjustments",
    },
}


@dataclass(frozen=True, slots=True)
class Ledger:
    """The books as one side of them sees lines."""

    books: Books
    side: Side

    def account(self, purpose: str, zoho_account_id: str = "") -> str:
        """The account for a purpose; UnbuildableError when none is chosen."""
        return account(self.books, PURPOSES[self.side].get(purpose, purpose), zoho_account_id)

    def tax_type(self, tax_id: str, tax_name: str = "") -> str:
        """Xero's tax type for a Zoho tax (C7); UnbuildableError when it is not mapped."""
        tax_type = self.books.tax_type(tax_id, self.side)
        if tax_type is None:
            raise UnbuildableError(
                f"tax:{tax_id}",
                f"Tax {tax_name or 'without a name'} ({tax_id}) is not mapped to a Xero tax rate"
                f" for {self.side}: map it in the settings of the connection (Taxes, or `tax_map`"
                " in its file).",
            )
        return tax_type

    def percentage(self, tax_type: str, told: Decimal) -> Decimal:
        """What Xero will add for a tax type, in per cent: its own rate, else what Zoho told."""
        return self.books.tax_rates.get(tax_type, told)


def rows_of(trade: Trade, ledger: Ledger) -> list[Row]:
    """Every line of a document, its total in Xero equal to Zoho's to the cent (F16–F24, F35–F40).

    Raises UnbuildableError for an unmapped tax, a missing account, or a total that can't be met.
    """
    items, shipping = list(_items(trade, ledger)), list(_shipping(trade, ledger))
    corrections = list(_corrections(trade, ledger))
    readings = [
        [*items, *discounts, *shipping, *corrections] for discounts in _readings(trade, ledger)
    ]
    inclusive = trade.is_inclusive_tax
    rows = min(readings, key=lambda each: abs(trade.total - xero_total(each, inclusive=inclusive)))
    gap = gap_to_close(rows, trade.total, inclusive=inclusive, decimals=trade.price_precision)
    return [*rows, *_untaxed("Rounding", gap, "rounding", ledger)]


def line_items(rows: list[Row]) -> list[Body]:
    """Write rows as Xero's LineItems; no ItemCode, a tax type always."""
    return [
        {
            "Description": row.description[:DESCRIPTION],
            "Quantity": row.quantity,
            "UnitAmount": row.unit_amount,
            **account_field(row.account, prefix="Account"),
            "TaxType": row.tax_type,
        }
        for row in rows
    ]


def _items(trade: Trade, ledger: Ledger) -> Iterator[Row]:
    for line in trade.line_items:
        quantity, unit_amount = _price(line, trade.price_precision)
        yield _taxed(line, _describe(line), quantity, unit_amount, "items", ledger)


def _describe(line: Line) -> str:
    texts = dict.fromkeys(text.strip() for text in (line.name, line.description))
    return "\n".join(text for text in texts if text) or "Item"


def _price(line: Line, decimals: int) -> tuple[Decimal, Decimal]:
    """Quantity and price; one of the line's amount where Xero would come to another amount."""
    amount = gross(line, decimals)
    exact = all(_decimals(number) <= PLACES for number in (line.quantity, line.rate))
    if exact and cents(line.quantity * line.rate) == amount:
        return line.quantity, line.rate
    return Decimal(1), amount


def gross(line: Line, decimals: int) -> Decimal:
    """A line's amount before discount, rounded to the currency's decimals as Zoho does."""
    return (line.rate * line.quantity).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _readings(trade: Trade, ledger: Ledger) -> Iterator[list[Row]]:
    """The discounts' rows, in each way in which Zoho may mean them, the likeliest first.

    Zoho's pages leave open how a discount meets tax; the document's total tells (Zoho: invoices).
    """
    flagged = trade.is_discount_before_tax
    for before_tax in (flagged, not flagged):
        yield list(_discounts(trade, ledger, before_tax=before_tax, net=False))
    if trade.is_inclusive_tax:
        yield list(_discounts(trade, ledger, before_tax=True, net=True))


def _discounts(trade: Trade, ledger: Ledger, *, before_tax: bool, net: bool) -> Iterator[Row]:
    """A row for each discount; `net` ones lack the tax that the document's prices hold."""
    if not before_tax and trade.discount_type != "item_level":
        yield from _untaxed("Discount", -entity_discount(trade), "discounts", ledger)
        return
    for name, line, amount in _reductions(trade, net=net):
        if not before_tax:
            yield from _untaxed(name, -amount, "discounts", ledger)
            continue
        whole = cents(amount * (HUNDRED + line.tax_percentage) / HUNDRED) if net else amount
        yield _taxed(line, name, Decimal(1), -whole, "discounts", ledger)


def _reductions(trade: Trade, *, net: bool) -> Iterator[tuple[str, Line, Decimal]]:
    """What each discount is called, a line of its tax, and its amount (F19, F38)."""
    if trade.discount_type == "item_level":
        for line in trade.line_items:
            if amount := discount_of(line, gross(line, trade.price_precision)):
                yield f"Discount on {line.name or 'item'}", line, amount
        return
    whole, decimals = entity_discount(trade), trade.price_precision
    for line, amount in spread(whole, trade.line_items, decimals, net=net):
        yield "Discount", line, amount


def _taxed(
    line: Line,
    description: str,
    quantity: Decimal,
    unit_amount: Decimal,
    purpose: str,
    ledger: Ledger,
) -> Row:
    """A row with the tax of an item line; items alone follow the line's own Zoho account (C8)."""
    zoho_account = line.account_id if purpose == "items" else ""
    tax_type = ledger.tax_type(line.tax_id, line.tax_name)
    return Row(
        description,
        quantity,
        unit_amount,
        ledger.account(purpose, zoho_account),
        tax_type,
        ledger.percentage(tax_type, line.tax_percentage if line.tax_id else Decimal(0)),
        len(line.line_item_taxes) or 1 if line.tax_id else 0,
    )


def _shipping(trade: Trade, ledger: Ledger) -> Iterator[Row]:
    charge = trade.shipping_charge
    if trade.is_inclusive_tax and trade.shipping_charge_inclusive_of_tax:
        charge = trade.shipping_charge_inclusive_of_tax
    if charge:
        tax_id = trade.shipping_charge_tax_id
        tax_type = ledger.tax_type(tax_id, trade.shipping_charge_tax_name)
        yield Row(
            "Shipping charge",
            Decimal(1),
            charge,
            ledger.account("shipping"),
            tax_type,
            ledger.percentage(
                tax_type, trade.shipping_charge_tax_percentage if tax_id else Decimal(0)
            ),
            len(trade.shipping_charge_taxes) or 1 if tax_id else 0,
        )


def _corrections(trade: Trade, ledger: Ledger) -> Iterator[Row]:
    name = trade.adjustment_description or "Adjustment"
    yield from _untaxed(name, trade.adjustment, "adjustments", ledger)
    yield from _untaxed("Round-off", trade.roundoff_value, "rounding", ledger)


def _untaxed(description: str, amount: Decimal, purpose: str, ledger: Ledger) -> Iterator[Row]:
    if amount:
        tax_type = ledger.tax_type(NO_TAX)
        yield Row(description, Decimal(1), amount, ledger.account(purpose), tax_type)
