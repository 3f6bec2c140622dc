"""What each kind of document shows beside what they all show."""

from collections.abc import Callable, Mapping
from uuid import uuid4

from sandbox.zoho.balances import credited, paid, refunded, used
from sandbox.zoho.documents import Payment, Trade
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import (
    BILL,
    CREDIT_NOTE,
    CUSTOMER_PAYMENT,
    INVOICE,
    VENDOR_CREDIT,
    VENDOR_PAYMENT,
    Kind,
)
from sandbox.zoho.links import Link
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.reading import text
from sandbox.zoho.shapes.refund import refund_row, refunds_of


def invoice(org: Organisation, trade: Trade) -> Record:
    """Return an invoice's own fields: sums, but no list of payments or credits (Zoho: invoices)."""
    shares = org.shares.of_target(trade.id)
    return {
        "payment_made": paid(org, trade),
        "credits_applied": credited(org, trade),
        "write_off_amount": trade.written_off,
        "tax_amount_withheld": 0,
        "unused_retainer_payments": 0,
        "last_payment_date": max((each.date.isoformat() for each in shares), default=""),
        "payment_terms": (trade.due_date - trade.date).days,
        "payment_terms_label": text(trade.given, "payment_terms_label"),
        "payment_options": {"payment_gateways": []},
        # The secure link is made anew at each read (Zoho: webhook bodies).
        "invoice_url": f"https://books.example.com/portal/secure?CInvoiceID={uuid4().hex * 2}",
        "invoice_source": "Api",
        "type": "invoice",
        "recurring_invoice_id": "",
        "salesorder_id": "",
        "salesorder_number": "",
        "salesorders": [],
        "credits_associated": [],
        "allow_partial_payments": False,
        "is_autobill_enabled": False,
        "template_name": "Standard",
    }


def bill(org: Organisation, trade: Trade) -> Record:
    """Return a bill's own fields, its payments and credits among them (Zoho: bills)."""
    return {
        "payment_made": paid(org, trade),
        "vendor_credits_applied": credited(org, trade),
        "payments": [bill_payment(org, each) for each in org.shares.of_target(trade.id)],
        "vendor_credits": [bill_credit(org, each) for each in org.credits.of_target(trade.id)],
        "payment_terms": (trade.due_date - trade.date).days,
        "is_item_level_tax_calc": False,
        "is_approval_required": False,
        "discount_amount": trade.totals.discount,
        "discount_setting": "flat",
        "purchaseorders": [],
        "recurring_bill_id": "",
        "entity_type": "bill",
        "source": "Api",
    }


def bill_payment(org: Organisation, link: Link) -> Record:
    """Return a payment's share as the bill shows it."""
    payment = org.payments(VENDOR_PAYMENT)[link.source]
    return {
        "payment_id": payment.id,
        "bill_id": link.target,
        "bill_payment_id": link.id,
        **_share(payment, link),
        "paid_through_account_id": payment.account_id,
        "paid_through_account_name": org.accounts[payment.account_id]["account_name"],
        "is_single_bill_payment": len(org.shares.of_source(payment.id)) == 1,
        "is_paid_via_print_check": False,
        "apply_date": link.date.isoformat(),
    }


def invoice_payment(org: Organisation, link: Link) -> Record:
    """Return a payment's share as the invoice's own list of payments shows it."""
    payment = org.payments(CUSTOMER_PAYMENT)[link.source]
    return {
        "payment_id": payment.id,
        "invoice_id": link.target,
        "invoice_payment_id": link.id,
        **_share(payment, link),
        "tax_amount_withheld": 0,
        "is_single_invoice_payment": len(org.shares.of_source(payment.id)) == 1,
    }


def _share(payment: Payment, link: Link) -> Record:
    return {
        "payment_number": payment.number,
        "payment_mode": text(payment.given, "payment_mode"),
        "description": text(payment.given, "description"),
        "reference_number": text(payment.given, "reference_number"),
        "date": payment.date.isoformat(),
        "amount": link.amount,
        "exchange_rate": payment.exchange_rate,
    }


def bill_credit(org: Organisation, link: Link) -> Record:
    """Return an applied vendor credit as the bill shows it."""
    credit = org.trades(VENDOR_CREDIT)[link.source]
    return {
        "vendor_credit_id": credit.id,
        "vendor_credit_bill_id": link.id,
        "vendor_credit_number": credit.number,
        "date": link.date.isoformat(),
        "amount": link.amount,
    }


def invoice_credit(org: Organisation, link: Link) -> Record:
    """Return an applied credit note in the invoice's own spelling (Zoho: invoices)."""
    credit = org.trades(CREDIT_NOTE)[link.source]
    return {
        "creditnote_id": credit.id,
        "creditnotes_invoice_id": link.id,
        "creditnotes_number": credit.number,
        "credited_date": link.date.isoformat(),
        "amount_applied": link.amount,
    }


def credit_note(org: Organisation, trade: Trade) -> Record:
    """Return a credit note's own fields (Zoho: credit notes)."""
    return _credit_sums(org, trade) | {
        "invoice_id": text(trade.given, "invoice_id"),
        "invoices_credited": [invoice_credited(org, e) for e in org.credits.of_source(trade.id)],
        "creditnote_refunds": [refund_row(org, trade, each) for each in refunds_of(org, trade)],
    }


def vendor_credit(org: Organisation, trade: Trade) -> Record:
    """Return a vendor credit's own fields (Zoho: vendor credits)."""
    return _credit_sums(org, trade) | {
        "bill_id": text(trade.given, "bill_id"),
        "bills_credited": [bill_credited(org, each) for each in org.credits.of_source(trade.id)],
        "vendor_credit_refunds": [refund_row(org, trade, each) for each in refunds_of(org, trade)],
        "comments": [],
    }


def _credit_sums(org: Organisation, trade: Trade) -> Record:
    return {
        "total_credits_used": used(org, trade),
        "total_refunded_amount": refunded(org, trade),
    }


def invoice_credited(org: Organisation, link: Link) -> Record:
    """Return an applied credit as the credit note shows it."""
    target = org.trades(INVOICE)[link.target]
    return {
        "creditnote_invoice_id": link.id,
        "invoice_id": target.id,
        "invoice_number": target.number,
        "invoice_date": target.date.isoformat(),
        "date": link.date.isoformat(),
        "amount_applied": link.amount,
    }


def bill_credited(org: Organisation, link: Link) -> Record:
    """Return an applied credit as the vendor credit shows it: the date is the bill's."""
    target = org.trades(BILL)[link.target]
    return {
        "vendor_credit_bill_id": link.id,
        "bill_id": target.id,
        "bill_number": target.number,
        "date": target.date.isoformat(),
        "amount": link.amount,
    }


OF_KIND: Mapping[Kind, Callable[[Organisation, Trade], Record]] = {
    INVOICE: invoice,
    BILL: bill,
    CREDIT_NOTE: credit_note,
    VENDOR_CREDIT: vendor_credit,
}
