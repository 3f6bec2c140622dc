"""Discounts: how much each comes to, and how one on the whole is spread over the taxes."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from schemas.documents import Trade
from schemas.parts import Line

HUNDRED: Final = Decimal(100)


def discount_of(line: Line, gross: Decimal) -> Decimal:
    """An item's discount as an amount.

    Zoho's `discount` is flat as a number and a percentage as text with a sign, so `discount_amount`
    counts where it is shown; bills' lines lack it.
    """
    if line.discount_amount is not None:
        return line.discount_amount
    return _amount(line.discount, gross)


def entity_discount(trade: Trade) -> Decimal:
    """The discount on the whole document as an amount: as shown, else as it was entered."""
    if shown := trade.discount_total or trade.discount_amount:
        return shown
    unit = Decimal(1).scaleb(-trade.price_precision)
    gross = sum((line.rate * line.quantity for line in trade.line_items), Decimal(0))
    return _amount(trade.discount, gross.quantize(unit, ROUND_HALF_UP))


def _amount(entered: str, gross: Decimal) -> Decimal:
    number = _number(entered.rstrip("%"))
    if not entered.endswith("%"):
        return number
    return (gross * number / HUNDRED).quantize(gross, ROUND_HALF_UP)


def spread(
    discount: Decimal, lines: Sequence[Line], decimals: int, *, net: bool
) -> Iterator[tuple[Line, Decimal]]:
    """Spread a discount over the taxes of the lines in proportion, to the last smallest unit.

    `net`: in proportion to the amounts without the tax that the prices hold. Yields a line that
    stands for each tax, with its share; the shares add up to the discount.
    """
    unit = Decimal(1).scaleb(-decimals)
    bases: dict[str, Decimal] = {}
    for line in lines:
        amount = line.rate * line.quantity
        if net:
            amount = amount * HUNDRED / (HUNDRED + line.tax_percentage)
        bases[line.tax_id] = bases.get(line.tax_id, Decimal(0)) + amount
    whole = sum(bases.values())
    if not discount or not whole:
        return
    exact = {tax_id: discount * base / whole for tax_id, base in bases.items()}
    shares = {tax_id: share.quantize(unit, ROUND_FLOOR) for tax_id, share in exact.items()}
    # What flooring left over goes, unit by unit, to where it was cut most.
    left = discount - sum(shares.values())
    for tax_id in sorted(shares, key=lambda each: shares[each] - exact[each]):
        step = min(unit, left)
        shares[tax_id] += step
        left -= step
    stands_for = {line.tax_id: line for line in reversed(lines)}
    for tax_id, share in shares.items():
        if share:
            yield stands_for[tax_id], share


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text or 0)
    except InvalidOperation:
        return Decimal(0)  # the totals will tell
    return number if number.is_finite() else Decimal(0)
