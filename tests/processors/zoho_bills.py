"""Zoho's purchases for tests: bills and payments made."""

from typing import Any

from tests.processors.zoho import Fields, at, trade


def bill(number: str = "1", **changes: Any) -> Fields:
    """An open bill, `bill_id` 1 and number BILL-1; it lists no payments and no credits."""
    usual = {
        "bill_id": number,
        "bill_number": f"BILL-{number}",
        "due_date": "2026-04-09",
        "status": "open",
        "vendor_id": "60",
        "vendor_name": "Cedar Inc",
        "payment_made": 0,
        "vendor_credits_applied": 0,
        "payments": [],
        "vendor_credits": [],
    }
    return trade(**{**usual, **changes})


def bill_payment(number: str = "801", payment: str = "8", amount: object = "115.00") -> Fields:
    """A payment as its bill lists it."""
    return {
        "payment_id": payment,
        "bill_payment_id": number,
        "bill_id": "1",
        "date": "2026-03-12",
        "amount": amount,
        "exchange_rate": 1,
        "paid_through_account_id": "361",
    }


def vendor_payment(number: str = "8", **changes: Any) -> Fields:
    """A payment made, in full for bill 1."""
    return {
        "payment_id": number,
        "payment_number": number,
        "date": "2026-03-12",
        "vendor_id": "60",
        "vendor_name": "Cedar Inc",
        "amount": "115.00",
        "balance": 0,
        "bank_charges": 0,
        "currency_code": "CAD",
        "exchange_rate": 1,
        "paid_through_account_id": "361",
        "bills": [
            {"bill_payment_id": "801", "bill_id": "1", "amount_applied": 115, "date": "2026-03-10"}
        ],
        "created_time": at(10),
        "last_modified_time": at(10),
        **changes,
    }
