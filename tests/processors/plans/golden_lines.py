"""The table of lines: what a document of Zoho's holds, and the lines that Xero gets for it."""

from typing import Any

from tests.processors.zoho import GROUP, HST, Fields, line, taxed

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
        "F19 a discount on the whole after tax is one line, however many taxes there are",
        {
            "line_items": [taxed(100), line(100, name="Book")],
            "discount_type": "entity_level",
            "is_discount_before_tax": False,
            "discount_total": 10,
            "total": "205.00",
        },
        [
            ("Widget", 1, 100, "200", "OUTPUT2"),
            ("Book", 1, 100, "200", "NONE"),
            ("Discount", 1, -10, "461", "NONE"),
        ],
    ),
    (
        "F19 an item's discount after tax has none",
        {
            "line_items": [taxed(discount_amount=10)],
            "is_discount_before_tax": False,
            "total": "105.00",
        },
        [("Widget", 1, 100, "200", "OUTPUT2"), ("Discount on Widget", 1, -10, "461", "NONE")],
    ),
    (
        "F19, F21 a discount without the tax that the prices hold, told by the total",
        {
            "is_inclusive_tax": True,
            "line_items": [taxed(115)],
            "discount_type": "entity_level",
            "discount_total": 10,
            "total": "103.50",
        },
        [("Widget", 1, 115, "200", "OUTPUT2"), ("Discount", 1, -11.5, "461", "OUTPUT2")],
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
