"""What we send fits Xero's published schemas, numbers are numbers, and rates are turned over."""

from dataclasses import replace
from decimal import Decimal

import pytest

from processors.plans.building import UnbuildableError, as_json, currency_rate
from tests.processors.desk import Desk, body_of
from tests.processors.zoho import BOOKS, HST, Fields, contact, invoice, payment, taxed
from tests.xero_schemas import fits, with_schemas

RICH: Fields = {
    "line_items": [taxed("10.1234", 3, discount_amount="1.10"), taxed("0.000001", 1_000_000)],
    "currency_code": "USD",
    "exchange_rate": "1.3625",
    "shipping_charge": "12.50",
    "shipping_charge_tax_id": HST,
    "shipping_charge_tax_percentage": 13,
    "adjustment": "-0.40",
    "total": "48.54",
}


@with_schemas
def test_every_body_of_a_create_fits_xeros_schema() -> None:
    desk = Desk()
    desk.happens("contact", contact(email="a@example.com", contact_persons=[{"first_name": "B"}]))
    sold = desk.happens("invoice", invoice(**RICH))
    paid = desk.happens("customer_payment", payment(exchange_rate="1.3"))

    assert fits("Contact", body_of(sold, "contact.put")) == []
    assert fits("Invoice", body_of(sold, "invoice.put")) == []
    assert fits("Payment", body_of(paid, "payment.create")) == []


@with_schemas
def test_a_body_that_breaks_the_schema_is_seen() -> None:
    assert fits("Invoice", {"Type": "INVOICE", "LineItems": "none"})


# Zoho's rate (base for one foreign) -> Xero's (foreign for one base), six places.
RATES = [
    ("1", "1"),
    ("1.36", "0.735294"),
    ("0.0091", "109.89011"),
    ("0.735294", "1.36"),
    ("150", "0.006667"),
    ("0.000061", "16393.442623"),
    (None, "1"),
]


@pytest.mark.parametrize(("zoho", "xero"), RATES)
def test_f15_the_exchange_rate_is_turned_over(zoho: str | None, xero: str) -> None:
    rate = Decimal(zoho) if zoho else None

    assert currency_rate(rate, "CAD", BOOKS) == Decimal(xero)


def test_f15_a_foreign_document_without_a_rate_waits_for_one() -> None:
    with pytest.raises(UnbuildableError, match="USD and shows no exchange rate"):
        currency_rate(None, "USD", BOOKS)


def test_f15_a_rate_larger_than_xero_can_hold_is_never_sent_as_zero() -> None:
    with pytest.raises(UnbuildableError, match="larger than Xero can hold"):
        currency_rate(Decimal(3_000_000), "USD", replace(BOOKS, base_currency="VND"))


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("100", 100),
        ("10.50", 10.5),
        ("0.0125", 0.0125),
        ("9999999999.99", 9999999999.99),
        ("12345678901234567.89", "12345678901234567.89"),
    ],
)
def test_an_amount_is_written_as_a_number_or_else_exactly(amount: str, written: object) -> None:
    assert as_json({"a": [Decimal(amount)]}) == {"a": [written]}
