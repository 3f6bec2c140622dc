"""Amounts, tax and currency, to the cent, as Xero reckons them."""

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.xero_desk import Desk, Json, only, refusals


def line(unit: Any, quantity: Any = 1, **more: Any) -> Json:
    return {
        "Description": "Work",
        "Quantity": quantity,
        "UnitAmount": unit,
        "AccountCode": "200",
        **more,
    }


async def totals(xero: Desk, lines: list[Json], kind: str, **query: Any) -> tuple[str, str, str]:
    contact = {"ContactID": await xero.contact()}
    invoice = {"Type": "ACCREC", "Contact": contact, "LineAmountTypes": kind, "LineItems": lines}
    answer = only(await xero.put("/Invoices", {"Invoices": [invoice]}, **query), "Invoices")
    assert sum(Decimal(str(each["TaxAmount"])) for each in answer["LineItems"]) == Decimal(
        str(answer["TotalTax"])
    )
    return tuple(f"{answer[name]:.2f}" for name in ("SubTotal", "TotalTax", "Total"))  # type: ignore[return-value]  # three of them


# lines, LineAmountTypes, SubTotal, TotalTax, Total
@pytest.mark.parametrize(
    ("lines", "kind", "expected"),
    [
        # Xero's own example: tax is rounded on each line, and then added up.
        (["25.06", "25.61", "25.63"], "Exclusive", ("76.30", "11.44", "87.74")),
        (["25.06", "25.61", "25.63"], "Inclusive", ("66.35", "9.95", "76.30")),
        (["25.06", "25.61", "25.63"], "NoTax", ("76.30", "0.00", "76.30")),
        (["100", "-30"], "Exclusive", ("70.00", "10.50", "80.50")),
        (["0"], "Exclusive", ("0.00", "0.00", "0.00")),
        (["0.10"], "Exclusive", ("0.10", "0.02", "0.12")),  # 0.015 is rounded up
        (["1", "-0.10"], "Exclusive", ("0.90", "0.13", "1.03")),  # and -0.015 down
    ],
)
async def test_totals_are_the_sums_of_rounded_lines(
    xero: Desk, lines: list[str], kind: str, expected: tuple[str, str, str]
) -> None:
    assert await totals(xero, [line(unit) for unit in lines], kind) == expected


# tax, its rate on 1,000.00
@pytest.mark.parametrize(
    ("tax", "amount"),
    [
        ("OUTPUT2", "150.00"),
        ("OUTPUT", "100.00"),
        ("TAX001", "130.00"),
        ("TAX002", "50.00"),
        ("TAX003", "123.50"),  # 5 %, and 7 % on top of both
        ("TAX004", "149.75"),
        ("ZERORATED", "0.00"),
        ("NONE", "0.00"),
    ],
)
async def test_each_tax_has_its_rate(xero: Desk, tax: str, amount: str) -> None:
    assert (await totals(xero, [line(1000, TaxType=tax)], "Exclusive"))[1] == amount


@pytest.mark.parametrize(("query", "total"), [({}, "30.39"), ({"unitdp": 4}, "30.38")])
async def test_a_price_is_rounded_before_its_line_without_unitdp(
    xero: Desk, query: dict[str, int], total: str
) -> None:
    assert (await totals(xero, [line("10.125", 3)], "NoTax", **query))[2] == total


async def test_a_fine_price_is_lost_when_its_line_is_sent_again_without_unitdp(
    xero: Desk,
) -> None:
    invoice = {
        "Type": "ACCREC",
        "Contact": {"ContactID": await xero.contact()},
        "LineAmountTypes": "NoTax",
        "LineItems": [line("10.125", 3)],
    }
    made = only(await xero.put("/Invoices", {"Invoices": [invoice]}, unitdp=4), "Invoices")
    path, again = f"/Invoices/{made['InvoiceID']}", {"LineItems": made["LineItems"]}
    again["LineItems"][0].pop("LineAmount")

    fine = only(await xero.post(path, again, unitdp=4), "Invoices")
    silent = only(await xero.post(path, {"Reference": "x"}), "Invoices")
    coarse = only(await xero.post(path, again), "Invoices")

    assert (fine["Total"], fine["LineItems"][0]["UnitAmount"]) == (30.38, 10.125)
    assert (silent["Total"], silent["LineItems"][0]["UnitAmount"]) == (30.38, 10.13)
    assert coarse["Total"] == 30.39


# discount, LineAmount of three at 33.33
@pytest.mark.parametrize(
    ("discount", "amount"),
    [
        ({"DiscountRate": 10}, "89.99"),
        ({"DiscountAmount": 10}, "89.99"),
        ({"DiscountAmount": "3.35"}, "96.64"),
        ({"DiscountAmount": "3.33"}, "96.66"),
    ],
)
async def test_a_discount_comes_off_the_line(
    xero: Desk, discount: dict[str, Any], amount: str
) -> None:
    assert (await totals(xero, [line("33.33", 3, **discount)], "NoTax"))[2] == amount


async def test_a_fractional_discount_drifts_on_a_large_line(xero: Desk) -> None:
    """Xero keeps it as a rate: 3.33 off 1,000 is kept as 0.33 %."""
    drifted = await totals(xero, [line(1000, DiscountAmount="3.33")], "NoTax")

    assert drifted[2] == "996.70"


async def test_a_line_amount_may_come_alone(xero: Desk) -> None:
    alone = {"Description": "Work", "LineAmount": "99.99", "AccountCode": "200"}

    assert (await totals(xero, [alone], "NoTax"))[2] == "99.99"


async def test_a_tax_amount_may_be_overridden(xero: Desk) -> None:
    assert (await totals(xero, [line(100, TaxAmount="14.99")], "Exclusive"))[2] == "114.99"


@pytest.mark.parametrize(
    ("currency", "rate", "kept", "base"),
    [
        ("CAD", "2", 1.0, "100.00"),
        ("USD", "0.7312345678", 0.731235, "136.75"),
        ("USD", None, 0.73, "136.99"),
    ],
)
async def test_a_rate_is_foreign_units_for_one_of_the_base(
    xero: Desk, currency: str, rate: str | None, kept: float, base: str
) -> None:
    sent = {} if rate is None else {"CurrencyRate": rate}
    invoice = await xero.invoice(await xero.contact(), CurrencyCode=currency, **sent)

    ledger = (await xero.http.get("/_sandbox/xero/ledger")).json()

    assert invoice["CurrencyRate"] == kept
    assert ledger["invoices"][0]["base_total"] == base


async def test_a_rate_of_zero_is_none(xero: Desk) -> None:
    contact = {"ContactID": await xero.contact()}
    invoice = {
        "Type": "ACCREC",
        "Contact": contact,
        "LineItems": [line(1)],
        "CurrencyCode": "USD",
        "CurrencyRate": 0,
    }

    answer = await xero.put("/Invoices", invoice)

    assert "The CurrencyRate must be greater than zero." in refusals(answer)
