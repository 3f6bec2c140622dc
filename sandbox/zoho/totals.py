"""A document's arithmetic (Zoho: invoices): Decimal, half up, to the currency's precision."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)
ZERO = Decimal(0)
Discount = Decimal | str  # 10.00 is an amount, "10%" a share (Zoho: invoices)


@dataclass(frozen=True)
class Component:
    """One tax; a tax group is several on one line."""

    tax_id: str
    name: str
    percentage: Decimal


@dataclass(frozen=True)
class Line:
    """One line as entered: `rate` includes tax where the document's prices do."""

    line_item_id: str
    name: str
    description: str
    rate: Decimal
    quantity: Decimal
    discount: Discount = ZERO
    item_id: str = ""
    unit: str = ""
    account_id: str = ""
    tax_id: str = ""
    taxes: tuple[Component, ...] = ()


@dataclass(frozen=True)
class Terms:
    """How a document counts. `round_to` is the step that totals are rounded to, if any."""

    precision: int = 2
    inclusive: bool = False
    before_tax: bool = True
    item_level: bool = True
    discount: Discount = ZERO
    shipping: Decimal = ZERO
    shipping_taxes: tuple[Component, ...] = ()
    adjustment: Decimal = ZERO
    tax_by_line: bool = False  # tax_rounding item_level; else tax is of the document's sum
    round_to: Decimal | None = None


@dataclass(frozen=True)
class Figures:
    """One line worked out. `item_total` is net of discount and tax, `priced` net of discount."""

    line: Line
    discount_amount: Decimal
    priced: Decimal
    base: Decimal  # what tax is of: exact, not rounded
    taxes: tuple[tuple[Component, Decimal], ...]
    item_total: Decimal


@dataclass(frozen=True)
class Totals:
    """A document worked out.

    total = sub_total − discount + tax_total + shipping + adjustment + roundoff, where `discount`
    is the document's own and `shipping` is without its tax.
    """

    lines: tuple[Figures, ...]
    sub_total: Decimal
    discount: Decimal
    discount_applied_on: Decimal
    taxes: tuple[tuple[Component, Decimal], ...]
    tax_total: Decimal
    shipping: Decimal
    shipping_tax: Decimal
    adjustment: Decimal
    roundoff: Decimal
    total: Decimal


def rounded(value: Decimal, precision: int) -> Decimal:
    """Round half up (away from zero) to `precision` places."""
    return value.quantize(Decimal(1).scaleb(-precision), ROUND_HALF_UP)


def discount_of(discount: Discount, amount: Decimal, precision: int) -> Decimal:
    """Return what the discount takes off `amount`."""
    if isinstance(discount, Decimal):
        return rounded(discount, precision)
    return rounded(amount * Decimal(discount.rstrip("%")) / HUNDRED, precision)


def compute(lines: Iterable[Line], terms: Terms) -> Totals:
    """Work a document out."""
    figures = tuple(_figures(line, terms) for line in lines)
    shipping_base = _without_tax(terms.shipping, terms.shipping_taxes, terms)
    shipping_tax = _sum(_shares(shipping_base, terms.shipping_taxes, terms.precision))
    # A rate may be 0.5 of a yen: every figure of the document stands in the currency's places.
    goods = _sum((each.line, each.priced) for each in figures)
    plain = _sum(_taxes(figures, shipping_base, terms, Decimal(1)))
    sub_total = goods - (plain - shipping_tax) if terms.inclusive else goods
    applied_on = sub_total if terms.before_tax else sub_total + plain - shipping_tax
    discount = (
        ZERO if terms.item_level else discount_of(terms.discount, applied_on, terms.precision)
    )
    kept = 1 - discount / sub_total if terms.before_tax and sub_total else Decimal(1)
    taxes = _taxes(figures, shipping_base, terms, kept)
    shipping = terms.shipping - shipping_tax if terms.inclusive else terms.shipping
    exact = sub_total - discount + _sum(taxes) + shipping + terms.adjustment
    total = _to_step(exact, terms)
    return Totals(
        lines=figures,
        sub_total=rounded(sub_total, terms.precision),
        discount=discount,
        discount_applied_on=ZERO if terms.item_level else rounded(applied_on, terms.precision),
        taxes=taxes,
        tax_total=_sum(taxes),
        shipping=shipping,
        shipping_tax=shipping_tax,
        adjustment=terms.adjustment,
        roundoff=total - exact,
        total=rounded(total, terms.precision),
    )


def _figures(line: Line, terms: Terms) -> Figures:
    extended = rounded(line.rate * line.quantity, terms.precision)
    discount = discount_of(line.discount, extended, terms.precision)
    priced = extended - discount
    taxed = priced if terms.before_tax or not terms.item_level else extended
    base = _without_tax(taxed, line.taxes, terms)
    taxes = _shares(base, line.taxes, terms.precision)
    item_total = priced - _sum(taxes) if terms.inclusive else priced
    return Figures(line, discount, priced, base, taxes, item_total)


def _without_tax(amount: Decimal, taxes: tuple[Component, ...], terms: Terms) -> Decimal:
    if not terms.inclusive:
        return amount
    return amount * HUNDRED / (HUNDRED + sum((each.percentage for each in taxes), ZERO))


def _shares(
    base: Decimal, taxes: tuple[Component, ...], precision: int
) -> tuple[tuple[Component, Decimal], ...]:
    return tuple((each, rounded(base * each.percentage / HUNDRED, precision)) for each in taxes)


def _taxes(
    figures: tuple[Figures, ...], shipping_base: Decimal, terms: Terms, kept: Decimal
) -> tuple[tuple[Component, Decimal], ...]:
    """Return the tax of each component over the document, `kept` being what a discount leaves."""
    sums: dict[Component, Decimal] = {}
    taxed = [(each.base * kept, each.line.taxes) for each in figures]
    for base, taxes in [*taxed, (shipping_base, terms.shipping_taxes)]:
        for component in taxes:
            tax = base * component.percentage / HUNDRED
            share = rounded(tax, terms.precision) if terms.tax_by_line else tax
            sums[component] = sums.get(component, ZERO) + share
    return tuple((component, rounded(tax, terms.precision)) for component, tax in sums.items())


def _to_step(amount: Decimal, terms: Terms) -> Decimal:
    if not terms.round_to:
        return amount
    steps = (amount / terms.round_to).quantize(Decimal(1), ROUND_HALF_UP)
    return steps * terms.round_to


def _sum(pairs: Iterable[tuple[object, Decimal]]) -> Decimal:
    return sum((amount for _, amount in pairs), ZERO)
