"""The money guard: Zoho's total is what Xero will compute, to the cent, or nothing is sent."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.plans.building import UnbuildableError
from processors.plans.lines import Ledger, rows_of
from processors.plans.totals import xero_total
from schemas.documents import Invoice
from tests.processors.zoho import BOOKS, Fields, invoice, line, taxed
from tests.processors.zoho_sums import Item, Sale, sales, written

LEDGER = Ledger(BOOKS, "sales")
ZERO = Decimal(0)


def in_xero(fields: dict[str, object], ledger: Ledger = LEDGER) -> Decimal:
    read = Invoice.model_validate(fields)
    return xero_total(rows_of(read, ledger), inclusive=read.is_inclusive_tax)


def in_xero_or_why(fields: dict[str, object]) -> Decimal | UnbuildableError:
    try:
        return in_xero(fields)
    except UnbuildableError as refusal:
        return refusal


@given(sales())
def test_what_zoho_added_up_is_the_same_to_the_cent_in_xero(sale: Sale) -> None:
    assert in_xero(written(sale)) == sale.total


@given(sales(), st.decimals(-10_000, 10_000, places=2))
def test_any_other_total_is_met_to_the_cent_or_parked_with_both(sale: Sale, error: Decimal) -> None:
    claimed = sale.total + error
    found = in_xero_or_why({**written(sale), "total": str(claimed)})

    if isinstance(found, Decimal):
        assert found == claimed
    else:
        assert found.cause == "total_differs"
        assert f"Zoho's total is {claimed.normalize():f}" in str(found)


@given(sales())
def test_every_price_and_quantity_has_the_decimals_that_xero_keeps(sale: Sale) -> None:
    for row in rows_of(Invoice.model_validate(written(sale)), LEDGER):
        assert row.unit_amount == row.unit_amount.quantize(Decimal("0.0001"))
        assert row.quantity == row.quantity.quantize(Decimal("0.0001"))


def sale(*items: Item, **changes: object) -> Sale:
    usual: dict[str, object] = {
        "decimals": 2,
        "inclusive": False,
        "discount": "0",
        "after_tax": False,
        "shipping": ZERO,
        "shipping_tax": "",
        "adjustment": ZERO,
        "whole_totals": False,
        "tax_by_item": False,
        "on_net": False,
    }
    return Sale(items=items, **{**usual, **changes})  # type: ignore[arg-type]  # a table's row


def test_the_recorded_document_of_eleven_lines_adds_up_as_zoho_showed_it() -> None:
    # Recorded: eleven lines, 10 off each, GST 5 % and QST 9.975 % of the whole.
    prices = ["1201.88"] * 10 + ["1201.84"]
    recorded = sale(*(Item(Decimal(price), Decimal(1), "915", "10") for price in prices))

    assert (recorded.sub_total, recorded.tax) == (Decimal("13110.64"), Decimal("1963.32"))
    assert recorded.total == Decimal("15073.96")
    assert in_xero(written(recorded)) == Decimal("15073.96")


def test_a_total_in_thousandths_waits_with_what_to_do_and_a_whole_one_goes() -> None:
    dinars: Fields = {"currency_code": "KWD", "price_precision": 3}

    refusal = in_xero_or_why(invoice(line_items=[line("10.125")], total="10.125", **dinars))
    whole = invoice(line_items=[line("10.125")], adjustment="-0.005", total="10.12", **dinars)

    assert isinstance(refusal, UnbuildableError)
    assert refusal.cause == "total_differs"
    assert str(refusal) == (
        "Zoho's total is 10.125, Xero's would be 10.13: Xero keeps hundredths only. Bring the"
        " total to whole hundredths in Zoho, by an adjustment for instance."
    )
    assert in_xero(whole) == Decimal("10.12")


@pytest.mark.parametrize(
    ("price", "tax"), [("1.00", "0.15"), ("0.03", "0.00"), ("0.10", "0.02"), ("0.17", "0.03")]
)
def test_xero_rounds_a_lines_tax_half_up(price: str, tax: str) -> None:
    one = written(sale(Item(Decimal(price), Decimal(1), "911", "0")))

    assert in_xero(one) == Decimal(price) + Decimal(tax)


def test_xero_adds_its_own_rate_whatever_zoho_s_tax_came_to() -> None:
    dearer = Ledger(replace(BOOKS, tax_rates={"OUTPUT2": Decimal(8)}), "sales")

    with pytest.raises(UnbuildableError) as refusal:
        in_xero(invoice(line_items=[taxed()], total=105), dearer)

    assert refusal.value.cause == "total_differs"
    assert "Zoho's total is 105, Xero's would be 108.00" in str(refusal.value)


def test_a_line_that_leaves_its_rate_out_is_added_up_by_xero_s() -> None:
    ledger = Ledger(replace(BOOKS, tax_rates={"OUTPUT2": Decimal(5)}), "sales")

    assert in_xero(invoice(line_items=[taxed(tax_percentage="")], total=105), ledger) == 105
