"""Lines: every part of a Zoho document becomes lines of Xero's, with account, tax and total."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from processors.plans.building import UnbuildableError, as_json
from processors.plans.lines import Ledger, line_items, rows_of
from schemas.books import Side
from schemas.documents import Invoice
from tests.processors.plans.golden_lines import GOLDEN
from tests.processors.zoho import BOOKS, UNMAPPED, Fields, invoice, line, taxed


def lines_of(*, side: Side = "sales", **changes: Any) -> list[tuple[Any, ...]]:
    """Lines as a table: description, quantity, price, account, tax."""
    read = Invoice.model_validate(invoice(**changes))
    rows = line_items(rows_of(read, Ledger(BOOKS, side)))
    return [tuple(as_json(value) for value in row.values()) for row in rows]


def refusal(**changes: Any) -> UnbuildableError:
    with pytest.raises(UnbuildableError) as raised:
        lines_of(**changes)
    return raised.value


@pytest.mark.parametrize(
    ("fields", "lines"), [row[1:] for row in GOLDEN], ids=[r[0] for r in GOLDEN]
)
def test_a_document_becomes_lines(fields: Fields, lines: list[tuple[Any, ...]]) -> None:
    assert lines_of(**fields) == lines


def test_f21_with_tax_inside_the_rates_the_total_is_their_sum() -> None:
    inside: Fields = {
        "is_inclusive_tax": True,
        "shipping_charge_inclusive_of_tax": 23,
        "shipping_charge": 20,
    }

    assert lines_of(**inside, total=123) == [
        ("Widget", 1, 100, "200", "OUTPUT2"),
        ("Shipping charge", 1, 23, "425", "NONE"),
    ]


def test_purchases_have_taxes_and_accounts_of_their_own() -> None:
    discounted = [taxed(discount_amount=10)]

    assert lines_of(side="purchases", line_items=discounted, adjustment=1, total="104.50") == [
        ("Widget", 1, 100, "310", "INPUT2"),
        ("Discount on Widget", 1, -10, "463", "INPUT2"),
        ("Adjustment", 1, 1, "464", "NONE"),
    ]


def test_an_account_may_be_an_id() -> None:
    chosen = "0b4ac5ee-0d1c-4c1b-9d44-7a5d5f4d8a01"
    books = replace(BOOKS, accounts={**BOOKS.accounts, "sales": chosen})
    (item,) = line_items(rows_of(Invoice.model_validate(invoice()), Ledger(books, "sales")))

    assert item["AccountID"] == chosen
    assert "AccountCode" not in item


def test_c7_an_unmapped_tax_is_named_with_what_to_do() -> None:
    error = refusal(line_items=[taxed(tax_id=UNMAPPED, tax_name="PST 7%")])

    assert error.cause == "tax:999"
    assert "PST 7% (999)" in str(error)
    assert "tax_map" in str(error)


def test_a_missing_account_is_named_with_what_to_do() -> None:
    books = replace(BOOKS, accounts={})
    with pytest.raises(UnbuildableError, match=r"accounts\.sales") as raised:
        rows_of(Invoice.model_validate(invoice()), Ledger(books, "sales"))

    assert raised.value.cause == "account:sales"


@pytest.mark.parametrize(
    ("gap", "explained"),
    [("0.01", True), ("-0.01", True), ("0.02", False), ("-0.02", False), ("0.005", False)],
)
def test_a_gap_that_rounding_can_not_explain_is_shown_with_both_totals(
    gap: str, explained: bool
) -> None:
    total = Decimal(115) + Decimal(gap)
    if explained:
        assert lines_of(total=str(total))[-1][0] == "Rounding"
        return
    error = refusal(total=str(total))

    assert error.cause == "total_differs"
    assert str(total) in str(error)
    assert "115.00" in str(error)


def test_no_line_names_an_item_of_xero() -> None:
    rows = rows_of(
        Invoice.model_validate(invoice(line_items=[taxed(item_id="1", sku="W")])),
        Ledger(BOOKS, "sales"),
    )

    assert not any("ItemCode" in item for item in line_items(rows))


@pytest.mark.parametrize("entered", [10, "10", "10%", "10.00%"])
def test_f19_a_discount_that_is_shown_as_entered_alone_counts(entered: object) -> None:
    read = Invoice.model_validate(
        invoice(discount_type="entity_level", discount=entered, line_items=[line()], total=90)
        | {"discount_total": "", "discount_amount": ""}
    )

    rows = rows_of(read, Ledger(BOOKS, "sales"))

    assert [row.description for row in rows] == ["Widget", "Discount"]
    assert [row.amount for row in rows] == [Decimal(100), Decimal(-10)]
