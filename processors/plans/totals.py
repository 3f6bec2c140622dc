"""Xero's arithmetic, and the guard that no document reaches Xero with another total than Zoho's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from processors.plans.building import CENT, UnbuildableError

HUNDRED: Final = Decimal(100)
DIFFERS: Final = "total_differs"


@dataclass(frozen=True, slots=True)
class Row:
    """One line as Xero gets it.

    `account` is a Xero code or id, `percentage` what its tax type comes to, and `parts` how many
    components that tax has, each of which Zoho may round by itself.
    """

    description: str
    quantity: Decimal
    unit_amount: Decimal
    account: str
    tax_type: str
    percentage: Decimal = Decimal(0)
    parts: int = 0

    @property
    def amount(self) -> Decimal:
        """The line's amount, to the cent (Xero: amounts)."""
        return cents(self.quantity * self.unit_amount)


def cents(amount: Decimal) -> Decimal:
    """Round half up to the cent, as Xero does."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def xero_total(rows: Iterable[Row], *, inclusive: bool) -> Decimal:
    """What Xero will compute: each line to the cent, its tax to the cent, all added up."""
    return sum((row.amount + (0 if inclusive else _tax(row)) for row in rows), Decimal(0))


def _tax(row: Row) -> Decimal:
    return cents(row.amount * row.percentage / HUNDRED)


def gap_to_close(rows: Sequence[Row], total: Decimal, *, inclusive: bool, decimals: int) -> Decimal:
    """What a rounding line must add for Xero's total to be Zoho's, mostly 0.

    `decimals` are those of the currency in Zoho. Raises UnbuildableError, cause `total_differs`,
    when rounding can't explain the gap: one smallest unit for each line and tax component; nor when
    Zoho's total has thousandths, which Xero keeps of no currency.
    """
    xero = xero_total(rows, inclusive=inclusive)
    gap = total - xero
    smallest = max(CENT, Decimal(1).scaleb(-decimals))
    most = smallest * sum(max(1, row.parts) for row in rows)
    if total != cents(total):
        raise UnbuildableError(
            DIFFERS,
            f"Zoho's total is {total:f}, Xero's would be {xero:f}: Xero keeps hundredths only."
            " Bring the total to whole hundredths in Zoho, by an adjustment for instance.",
        )
    if abs(gap) > most:
        raise UnbuildableError(
            DIFFERS,
            f"Zoho's total is {total:f}, Xero's would be {xero:f}, and rounding does not explain"
            " the difference: compare the document's taxes and discounts.",
        )
    return gap
