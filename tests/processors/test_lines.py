"""Lines: every part of a Zoho document becomes lines of Xero's, with account, tax and total."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from processors.building import UnbuildableError, as_json
from processors.lines import Ledger, line_items, rows_of
from schemas.books import Side
from schemas.documents import Invoice
from tests.processors.zoho import BOOKS, GROUP, HST, UNMAPPED, Fields, invoice, line, taxed


def lines_of(*, side: Side = "sales", **changes: Any) -> list[tuple[Any, ...]]:
    """Lines as a table: description, quantity, price, account, tax."""
    read = Invoice.model_validate(invoice(**changes))
    rows = line_items(rows_of(read, Ledger(BOOKS, side)))
    return [tuple(as_json(value) for value in row.values()) for row in rows]


def refusal(**changes: Any) -> UnbuildableError:
    with pytest.raises(UnbuildableError) as raised:
        lines_of(**changes)
    return raised.value


# What a document holds -> its lines in Xero.
GOLDEN: list[tuple[str, Fields, list[tuple[Any, ...]]]] = [
    (
        "F16 name and description",
        {"line_items": [line(description="blue, large")], "total": 100},
        [("Widget\nblue, large", 1, 100, "200", "NONE")],
    ),
    (
        "F16 a description alone",
        {"line_items": [line(name="", description="blue")], "total": 100},
        [("blue", 1, 100, "200", "NONE")],
    ),
    (
        "F16 neither",
        {"line_items": [line(name="")], "total": 100},
        [("Item", 1, 100, "200", "NONE")],
    ),
    (
        "F17, F18 rates of four decimals",
        {"line_items": [line("0.0125", 1000)], "total": "12.50"},
        [("Widget", 1000, 0.0125, "200", "NONE")],
    ),
    (
        "F17 a rate of five decimals goes as the line's amount",
        {"line_items": [line("0.01255", 1000)], "total": "12.55"},
        [("Widget", 1, 12.55, "200", "NONE")],
    ),
    (
        "F18 a quantity of five decimals too",
        {"line_items": [line(10, "1.12345")], "total": "11.23"},
        [("Widget", 1, 11.23, "200", "NONE")],
    ),
    (
        "F17 a currency without decimals rounds its lines",
        {"line_items": [line("33.5", 3)], "price_precision": 0, "total": 101},
        [("Widget", 1, 101, "200", "NONE")],
    ),
    (
        "F19 an item's discount",
        {"line_items": [taxed(discount="10%", discount_amount=10)], "total": "103.50"},
        [
            ("Widget", 1, 100, "200", "OUTPUT2"),
            ("Discount on Widget", 1, -10, "461", "OUTPUT2"),
        ],
    ),
    (
        "F19 an item's discount without its amount, in percent",
        {"line_items": [taxed(discount="10.00%", discount_amount="")], "total": "103.50"},
        [
            ("Widget", 1, 100, "200", "OUTPUT2"),
            ("Discount on Widget", 1, -10, "461", "OUTPUT2"),
        ],
    ),
    (
        "F19 an item's discount without its amount, flat",
        {"line_items": [taxed(discount=10, discount_amount="")], "total": "103.50"},
        [
            ("Widget", 1, 100, "200", "OUTPUT2"),
            ("Discount on Widget", 1, -10, "461", "OUTPUT2"),
        ],
    ),
    (
        "F19 a discount on the whole before tax is spread over the taxes",
        {
            "line_items": [taxed(100), taxed(100), line(100, name="Book")],
            "discount_type": "entity_level",
            "discount_total": 10,
            "total": "319.00",
        },
        [
            ("Widget", 1, 100, "200", "OUTPUT2"),
            ("Widget", 1, 100, "200", "OUTPUT2"),
            ("Book", 1, 100, "200", "NONE"),
            ("Discount", 1, -6.67, "461", "OUTPUT2"),
            ("Discount", 1, -3.33, "461", "NONE"),
        ],
    ),
    (
        "F19 a discount on the whole after tax has none",
        {
            "discount_type": "entity_level",
            "is_discount_before_tax": False,
            "discount_total": 10,
            "total": "105.00",
        },
        [("Widget", 1, 100, "200", "OUTPUT2"), ("Discount", 1, -10, "461", "NONE")],
    ),
    (
        "F20 a tax group is mapped as one tax",
        {
            "line_items": [taxed(tax_id=GROUP, tax_percentage="14.975", line_item_taxes=[{}, {}])],
            "total": "114.98",
        },
        [("Widget", 1, 100, "200", "GSTQST")],
    ),
    (
        "F22 shipping with a tax of its own",
        {
            "shipping_charge": 20,
            "shipping_charge_tax_id": HST,
            "shipping_charge_tax_percentage": 13,
            "total": "137.60",
        },
        [
            ("Widget", 1, 100, "200", "OUTPUT2"),
            ("Shipping charge", 1, 20, "425", "HSTO"),
        ],
    ),
    (
        "F23, F24 adjustment and round-off",
        {
            "adjustment": "-1.50",
            "adjustment_description": "Goodwill",
            "roundoff_value": "-0.50",
            "total": 113,
        },
        [
            ("Widget", 1, 100, "200", "OUTPUT2"),
            ("Goodwill", 1, -1.5, "462", "NONE"),
            ("Round-off", 1, -0.5, "860", "NONE"),
        ],
    ),
    (
        "C8 an item's own account, where it is mapped",
        {"line_items": [line(account_id="361")], "total": 100},
        [("Widget", 1, 100, "091", "NONE")],
    ),
    (
        "what rounding leaves is a line",
        {"line_items": [taxed("25.06"), taxed("25.61"), taxed("25.63")], "total": "87.75"},
        [
            ("Widget", 1, 25.06, "200", "OUTPUT2"),
            ("Widget", 1, 25.61, "200", "OUTPUT2"),
            ("Widget", 1, 25.63, "200", "OUTPUT2"),
            ("Rounding", 1, 0.01, "860", "NONE"),
        ],
    ),
]


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
