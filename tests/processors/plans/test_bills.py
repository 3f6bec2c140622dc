"""Bills: what is done for each state, what is withheld, and what Xero gets."""

from decimal import Decimal

import pytest

from schemas.commands import link
from tests.processors.desk import Desk, asked, body_of, told
from tests.processors.zoho import Fields, at, line, taxed
from tests.processors.zoho_bills import bill
from tests.xero_schemas import fits

# What a bill shows -> what becomes of its first event (A10).
FIRST = [
    ({}, "applied", None),
    ({"status": "overdue"}, "applied", None),
    ({"status": "draft"}, "withheld", "is_draft"),
    ({"status": "pending_approval"}, "withheld", "is_draft"),
    ({"date": "2025-12-31"}, "withheld", "is_before_cutover"),
]


@pytest.mark.parametrize(("shows", "outcome", "code"), FIRST)
def test_a10_a_new_bill(desk: Desk, shows: Fields, outcome: str, code: str | None) -> None:
    assert told(desk.happens("bill", bill(**shows), "created"))[-1] == ("A10", outcome, code)


# What an exported bill shows when its price has changed -> what becomes of the change (A11).
CHANGED = [
    ({}, "applied", None),
    ({"status": "draft"}, "withheld", "is_draft"),
    ({"payment_made": 15, "payments": None}, "withheld", "has_payments"),
    ({"vendor_credits_applied": 5, "vendor_credits": None}, "withheld", "has_credits"),
]


@pytest.mark.parametrize(("shows", "outcome", "code"), CHANGED)
def test_a11_a_changed_bill(desk: Desk, shows: Fields, outcome: str, code: str | None) -> None:
    desk.exports("bill", bill())
    dearer: Fields = {"line_items": [taxed(200)], "total": 230, "last_modified_time": at(5)}

    assert told(desk.happens("bill", bill(**dearer, **shows)))[0] == ("A11", outcome, code)


# What an exported bill shows when it is voided or deleted -> what becomes of that (A12).
ENDED = [
    ({}, "applied", None),
    ({"payment_made": 5}, "applied", None),
    ({"vendor_credits_applied": 5}, "withheld", "has_credits"),
]


@pytest.mark.parametrize("trigger", ["edited", "deleted"])
@pytest.mark.parametrize(("shows", "outcome", "code"), ENDED)
def test_a12_a_bill_that_goes(
    desk: Desk, trigger: str, shows: Fields, outcome: str, code: str | None
) -> None:
    desk.exports("bill", bill())
    void: Fields = {"status": "void"} if trigger == "edited" else {}
    gone = bill(last_modified_time=at(5), **void, **shows)

    decisions = desk.happens("bill", gone, trigger)

    assert told(decisions) == [("A12", outcome, code)]
    assert asked(decisions) == (["bill.void bill:1"] if outcome == "applied" else [])


def test_f30_to_f40_a_bill_as_xero_gets_it(desk: Desk) -> None:
    foreign = bill(
        currency_code="EUR",
        exchange_rate="1.5",
        line_items=[taxed(description="large", discount="10%"), line(20, 2, account_id="361")],
        adjustment="-0.50",
        total="143.00",
    )
    for each in foreign["line_items"]:
        del each["discount_amount"]  # bills' lines have none
    body = body_of(desk.happens("bill", foreign), "bill.put")

    assert body == {
        "Type": "ACCPAY",
        "InvoiceNumber": "BILL-1",
        "Contact": {"ContactID": link("contact:60")},
        "Date": "2026-03-10",
        "DueDate": "2026-04-09",
        "LineAmountTypes": "Exclusive",
        "CurrencyCode": "EUR",
        "CurrencyRate": Decimal("0.666667"),
        "Status": "AUTHORISED",
        "LineItems": [
            row("Widget\nlarge", 1, "100", "310", "INPUT2"),
            row("Widget", 2, "20", "091", "NONE"),
            row("Discount on Widget", 1, "-10", "463", "INPUT2"),
            row("Adjustment", 1, "-0.5", "464", "NONE"),
        ],
    }
    assert fits("Invoice", body) == []


def row(name: str, quantity: int, price: str, account: str, tax: str) -> Fields:
    return {
        "Description": name,
        "Quantity": Decimal(quantity),
        "UnitAmount": Decimal(price),
        "AccountCode": account,
        "TaxType": tax,
    }


def test_a_vendor_is_brought_as_a_vendor(desk: Desk) -> None:
    (contact,) = desk.happens("bill", bill())[0].commands

    assert contact.expected == {"number": "ZI-60", "contact_type": "vendor"}


def test_a_bill_that_is_opened_again_keeps_its_number_which_need_not_be_unique(
    desk: Desk,
) -> None:
    desk.exports("bill", bill())
    desk.happens("bill", bill(status="void", last_modified_time=at(5)))

    again = desk.happens("bill", bill(last_modified_time=at(6)))

    assert body_of(again, "bill.put")["InvoiceNumber"] == "BILL-1"
