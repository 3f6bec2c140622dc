"""Zoho's side for tests: documents as Zoho writes them, short to say and easy to change."""

from datetime import date
from typing import Any, Final

from schemas.books import Books

Fields = dict[str, Any]

GST, HST, GROUP, UNMAPPED = "911", "913", "915", "999"

BOOKS: Final = Books(
    cutover=date(2026, 1, 1),
    timezone="America/Toronto",
    base_currency="CAD",
    accounts={
        "sales": "200",
        "purchases": "310",
        "bank": "090",
        "bank_charges": "404",
        "write_offs": "460",
        "discounts": "461",
        "shipping": "425",
        "adjustments": "462",
        "purchase_discounts": "463",
        "purchase_adjustments": "464",
        "rounding": "860",
    },
    account_map={"361": "091"},
    tax_map={
        GST: {"sales": "OUTPUT2", "purchases": "INPUT2"},
        HST: {"sales": "HSTO", "purchases": "HSTI"},
        GROUP: {"sales": "GSTQST", "purchases": "GSTQST"},
    },
)


def at(minute: int) -> str:
    """A stamp as Zoho writes it, so many minutes into the story."""
    return f"2026-03-10T09:{minute:02d}:00-0500"


def line(rate: object = "100.00", quantity: object = 1, **changes: Any) -> Fields:
    """One item line without tax."""
    return {
        "line_item_id": "7001",
        "name": "Widget",
        "description": "",
        "rate": rate,
        "quantity": quantity,
        "discount": 0,
        "discount_amount": 0,
        "tax_id": "",
        "tax_name": "",
        "tax_percentage": 0,
        "account_id": "388",
        "line_item_taxes": [],
        **changes,
    }


def taxed(rate: object = "100.00", quantity: object = 1, **changes: Any) -> Fields:
    """One item line with 15 % of tax."""
    tax = {"tax_id": GST, "tax_name": "GST", "tax_percentage": 15, "line_item_taxes": [{}]}
    return line(rate, quantity, **{**tax, **changes})


def trade(**changes: Any) -> Fields:
    """What a document of 115.00 CAD shows, whatever its kind."""
    return {
        "date": "2026-03-10",
        "currency_code": "CAD",
        "exchange_rate": 1,
        "is_inclusive_tax": False,
        "discount_type": "item_level",
        "line_items": [taxed()],
        "price_precision": 2,
        "total": "115.00",
        "created_time": at(0),
        "last_modified_time": at(0),
        **changes,
    }


def invoice(number: str = "1", **changes: Any) -> Fields:
    """A sent invoice, `invoice_id` 1 and number INV-1."""
    usual = {
        "invoice_id": number,
        "invoice_number": f"INV-{number}",
        "due_date": "2026-04-09",
        "status": "sent",
        "customer_id": "50",
        "customer_name": "Maple Ltd",
        "shipping_charge": 0,
        "adjustment": 0,
        "roundoff_value": 0,
        "payment_made": 0,
        "credits_applied": 0,
        "write_off_amount": 0,
    }
    return trade(**{**usual, **changes})


def share(number: str = "901", document: str = "1", amount: object = "115.00") -> Fields:
    """The part of a payment that goes to one invoice."""
    return {
        "invoice_payment_id": number,
        "invoice_id": document,
        "invoice_number": f"INV-{document}",
        "amount_applied": amount,
        "date": "2026-03-10",
    }


def payment(number: str = "9", **changes: Any) -> Fields:
    """A payment received, in full for invoice 1."""
    return {
        "payment_id": number,
        "payment_number": number,
        "date": "2026-03-12",
        "customer_id": "50",
        "customer_name": "Maple Ltd",
        "amount": "115.00",
        "unused_amount": 0,
        "bank_charges": 0,
        "currency_code": "CAD",
        "exchange_rate": 1,
        "account_id": "361",
        "invoices": [share()],
        "created_time": at(10),
        "updated_time": at(10),
        **changes,
    }


def contact(number: str = "50", **changes: Any) -> Fields:
    """A customer."""
    return {
        "contact_id": number,
        "contact_name": "Maple Ltd",
        "contact_type": "customer",
        "currency_code": "CAD",
        "contact_persons": [],
        "created_time": "2025-06-01T09:00:00-0500",
        "last_modified_time": at(0),
        **changes,
    }
