"""Zoho's own arithmetic, written down from its documents: what a trade's total comes to there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import strategies as st

from tests.processors.zoho import GROUP, GST, HST, invoice, line

Parts = tuple[Decimal, ...]
TAXES: Mapping[str, Parts] = {
    "": (),
    GST: (Decimal(15),),
    HST: (Decimal(13),),
    GROUP: (Decimal(5), Decimal("9.975")),
}
ZERO = Decimal(0)


@dataclass(frozen=True)
class Item:
    """A line: price, quantity, tax, and an item discount (flat, or a percentage)."""

    rate: Decimal
    quantity: Decimal
    tax: str
    discount: str


@dataclass(frozen=True)
class Sale:
    """A document as a person enters it in Zoho; `discount` on the whole as the items' are."""

    items: Sequence[Item]
    decimals: int
    inclusive: bool
    discount: str
    after_tax: bool
    shipping: Decimal
    shipping_tax: str
    adjustment: Decimal
    whole_totals: bool
    tax_by_item: bool
    on_net: bool

    def cut(self, amount: Decimal) -> Decimal:
        """Round half up to the currency's decimals."""
        return amount.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)

    def off(self, text: str, amount: Decimal) -> Decimal:
        """What a discount takes off an amount."""
        percent = Decimal(text.rstrip("%"))
        return self.cut(amount * percent / 100 if text.endswith("%") else min(percent, amount))

    def gross(self, item: Item) -> Decimal:
        """Price times quantity."""
        return self.cut(item.rate * item.quantity)

    def net(self, item: Item) -> Decimal:
        """The item's total after its own discount."""
        return self.gross(item) - self.off(item.discount, self.gross(item))

    @property
    def sub_total(self) -> Decimal:
        """All items."""
        return sum((self.net(item) for item in self.items), ZERO)

    @property
    def whole_discount(self) -> Decimal:
        """The discount on the document; `on_net` counts it without the tax in the prices."""
        return self.off(self.discount, self.net_total if self.on_net else self.sub_total)

    @property
    def net_total(self) -> Decimal:
        """All items without the tax that their prices hold."""
        return self.cut(self.sub_total - self.cut(sum(map(self.held, self.items), ZERO)))

    def held(self, item: Item) -> Decimal:
        """The tax that an item's price holds."""
        percent = sum(TAXES[item.tax], ZERO)
        return self.net(item) * percent / (100 + percent)

    @property
    def tax(self) -> Decimal:
        """Tax by component, of the document's bases or of each item's."""
        kept = 1 - (
            self.whole_discount / self.sub_total if self.sub_total and not self.after_tax else ZERO
        )
        priced = self.gross if self.after_tax else self.net
        bases = [(priced(item) * kept, TAXES[item.tax]) for item in self.items]
        bases.append((self.shipping, TAXES[self.shipping_tax]))
        if self.tax_by_item:
            return sum((self.cut(base * p / 100) for base, parts in bases for p in parts), ZERO)
        components: dict[tuple[str, Decimal], Decimal] = {}
        for base, parts in bases:
            for place, percent in enumerate(parts):
                key = (f"{len(parts)}.{place}", percent)
                components[key] = components.get(key, ZERO) + base * percent / 100
        return sum((self.cut(amount) for amount in components.values()), ZERO)

    @property
    def before_roundoff(self) -> Decimal:
        """The sum of everything that is shown."""
        tax = ZERO if self.inclusive else self.tax
        if self.on_net:
            kept = 1 - self.whole_discount / self.net_total if self.net_total else Decimal(1)
            held = self.cut(sum(map(self.held, self.items), ZERO) * kept)
            goods = self.net_total - self.whole_discount + held
        else:
            goods = self.sub_total - self.whole_discount
        return goods + tax + self.shipping + self.adjustment

    @property
    def roundoff(self) -> Decimal:
        """What rounding the total to whole units adds."""
        before = self.before_roundoff
        return before.quantize(Decimal(1), ROUND_HALF_UP) - before if self.whole_totals else ZERO

    @property
    def total(self) -> Decimal:
        """What the customer owes."""
        return self.before_roundoff + self.roundoff


def written(sale: Sale) -> dict[str, Any]:
    """The sale as Zoho's webhook shows it."""
    whole = bool(sale.whole_discount)
    return invoice(
        line_items=[_line(sale, item) for item in sale.items],
        is_inclusive_tax=sale.inclusive,
        discount_type="entity_level" if whole else "item_level",
        discount=sale.discount,
        discount_total=str(sale.whole_discount),
        is_discount_before_tax=not sale.after_tax,
        shipping_charge=str(sale.shipping),
        shipping_charge_tax_id=sale.shipping_tax,
        shipping_charge_tax_percentage=str(sum(TAXES[sale.shipping_tax])),
        shipping_charge_taxes=[{} for _ in TAXES[sale.shipping_tax]],
        adjustment=str(sale.adjustment),
        roundoff_value=str(sale.roundoff),
        price_precision=sale.decimals,
        total=str(sale.total),
    )


def _line(sale: Sale, item: Item) -> dict[str, Any]:
    return line(
        str(item.rate),
        str(item.quantity),
        discount=item.discount,
        discount_amount=str(sale.off(item.discount, sale.gross(item))),
        tax_id=item.tax,
        tax_percentage=str(sum(TAXES[item.tax])),
        line_item_taxes=[{} for _ in TAXES[item.tax]],
    )


def amounts(most: int, places: int) -> st.SearchStrategy[Decimal]:
    """Decimals from 0, tiny ones included."""
    return st.decimals(0, most, places=places, allow_nan=False, allow_infinity=False)


DISCOUNTS = st.one_of(
    st.just("0"),
    st.integers(1, 50).map(str),
    st.decimals(0, 100, places=2).map(lambda percent: f"{percent}%"),
)
TAX_IDS = st.sampled_from(sorted(TAXES))
RATES = st.one_of(amounts(5_000, 2), amounts(5, 4), amounts(1, 6))
QUANTITIES = st.one_of(st.integers(1, 500).map(Decimal), amounts(20, 2), amounts(3, 6))


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    """Any document: discounts of one kind or the other, as Zoho lets a person enter them."""
    by_item = draw(st.booleans())
    item = st.builds(Item, RATES, QUANTITIES, TAX_IDS, DISCOUNTS if by_item else st.just("0"))
    decimals, inclusive = draw(st.sampled_from([0, 2])), draw(st.booleans())
    after_tax = draw(st.booleans())
    return Sale(
        items=draw(st.lists(item, min_size=1, max_size=8)),
        decimals=decimals,
        inclusive=inclusive,
        discount="0" if by_item else draw(DISCOUNTS),
        after_tax=after_tax,
        shipping=draw(amounts(200, decimals)),
        shipping_tax=draw(TAX_IDS),
        adjustment=draw(st.decimals(-50, 50, places=decimals)),
        whole_totals=draw(st.booleans()),
        tax_by_item=draw(st.booleans()),
        on_net=inclusive and not by_item and not after_tax and draw(st.booleans()),
    )
