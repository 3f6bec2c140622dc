"""Zoho's credits for tests: credit notes, vendor credits, where they go, and their refunds."""

from typing import Any

from tests.processors.zoho import Fields, at, trade


def credit_note(number: str = "3", **changes: Any) -> Fields:
    """An open credit note, CN-3, not applied."""
    usual = {
        "creditnote_id": number,
        "creditnote_number": f"CN-{number}",
        "status": "open",
        "customer_id": "50",
        "customer_name": "Maple Ltd",
        "total_credits_used": 0,
        "invoices_credited": [],
        "creditnote_refunds": [],
        "created_time": at(10),
        "last_modified_time": at(10),
    }
    return trade(**{**usual, **changes})


def credited(number: str = "301", invoice: str = "1", amount: object = 40) -> Fields:
    """The part of a credit note that is applied to an invoice."""
    return {
        "creditnote_invoice_id": number,
        "invoice_id": invoice,
        "invoice_date": "2026-03-10",
        "date": "2026-03-11",
        "amount_applied": amount,
    }


def refund(number: str = "351", amount: object = 20, **changes: Any) -> Fields:
    """Money of a credit note that was paid out."""
    return {
        "creditnote_refund_id": number,
        "date": "2026-03-15",
        "amount": amount,
        "refund_mode": "cash",
        **changes,
    }


def vendor_credit(number: str = "4", **changes: Any) -> Fields:
    """An open vendor credit, VC-4, not applied."""
    usual = {
        "vendor_credit_id": number,
        "vendor_credit_number": f"VC-{number}",
        "status": "open",
        "vendor_id": "60",
        "vendor_name": "Cedar Inc",
        "total_credits_used": 0,
        "bills_credited": [],
        "vendor_credit_refunds": [],
        "created_time": at(10),
        "last_modified_time": at(10),
    }
    return trade(**{**usual, **changes})


def bill_credited(number: str = "401", bill: str = "1", amount: object = 40) -> Fields:
    """The part of a vendor credit that is applied to a bill."""
    return {
        "vendor_credit_bill_id": number,
        "bill_id": bill,
        "date": "2026-03-10",
        "amount": amount,
    }
