"""Payments received and made, in detail (Zoho: customer payments, vendor payments)."""

from sandbox.zoho.accounts import PAYABLE, RECEIVABLE
from sandbox.zoho.balances import balance, unused
from sandbox.zoho.documents import Payment
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import CUSTOMER_PAYMENT, PAYMENTS
from sandbox.zoho.links import Link
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.reading import text
from sandbox.zoho.shapes.twins import with_twins
from sandbox.zoho.times import stamp


def shape(org: Organisation, payment: Payment) -> Record:
    """Return the whole payment, with its shares under `invoices` or `bills`."""
    own = _received if payment.kind is CUSTOMER_PAYMENT else _made
    symbol = org.currencies[payment.currency]["currency_symbol"]
    record = with_twins(_common(org, payment) | own(org, payment), symbol)
    shares = [_share(org, payment, each) for each in org.shares.of_source(payment.id)]
    return record | {PAYMENTS[payment.kind].rows: shares}


def _common(org: Organisation, payment: Payment) -> Record:
    kind, given, currency = payment.kind, payment.given, org.currencies[payment.currency]
    charged_to = text(given, "bank_charges_account_id")
    return {
        "payment_id": payment.id,
        "payment_number": payment.number,
        "payment_number_prefix": "",
        "payment_number_suffix": payment.number,
        "payment_mode": text(given, "payment_mode"),
        f"{kind.party}_id": payment.contact_id,
        f"{kind.party}_name": org.contacts[payment.contact_id].number,
        "date": payment.date.isoformat(),
        "amount": payment.amount,
        "currency_id": currency["currency_id"],
        "currency_code": payment.currency,
        "currency_symbol": currency["currency_symbol"],
        "exchange_rate": payment.exchange_rate,
        "bank_charges": payment.bank_charges,
        "bank_charges_account_id": charged_to,
        "bank_charges_account_name": org.accounts.get(charged_to, {}).get("account_name", ""),
        "reference_number": text(given, "reference_number"),
        "description": text(given, "description"),
        "tax_account_id": "",
        "tax_account_name": "",
        "tax_amount_withheld": 0,
        "created_time": stamp(payment.created, org.zone),
        "imported_transactions": [],
        "custom_fields": [],
        "tags": [],
    }


def _received(org: Organisation, payment: Payment) -> Record:
    """Return what a customer's payment has: `updated_time`, no `last_modified_time`."""
    account = org.accounts[payment.account_id]
    return {
        "updated_time": stamp(payment.modified, org.zone),
        "unused_amount": unused(org, payment),
        "account_id": payment.account_id,
        "account_name": account["account_name"],
        "account_type": account["account_type"],
        "customer_advance_account_id": RECEIVABLE,
        "customer_advance_account_name": org.accounts[RECEIVABLE]["account_name"],
        "payment_status": "paid",
        "discount_amount": 0,
        "payment_refunds": [],
        "card_type": "",
        "last_four_digits": "",
        "online_transaction_id": "",
        "payment_gateway": "",
        "settlement_status": "",
        "payment_link_id": "",
        "deposit_details": [],
        "attachment_name": "",
        "sales_channel": "",
        "is_payment_details_required": True,
        "price_precision": org.currencies[payment.currency]["price_precision"],
        "rounding_mode": "round_half_up",
    }


def _made(org: Organisation, payment: Payment) -> Record:
    account = org.accounts[payment.account_id]
    return {
        "last_modified_time": stamp(payment.modified, org.zone),
        "status": "paid",
        "balance": unused(org, payment),
        "paid_through_account_id": payment.account_id,
        "paid_through_account_name": account["account_name"],
        "paid_through_account_type": account["account_type"],
        "offset_account_id": PAYABLE,
        "offset_account_name": org.accounts[PAYABLE]["account_name"],
        "is_paid_via_print_check": False,
        "is_online_payment": False,
        "check_details": {"check_id": "", "check_number": "", "memo": ""},
        "vendorpayment_refunds": [],
        "comments": [],
    }


def _share(org: Organisation, payment: Payment, link: Link) -> Record:
    settlement = PAYMENTS[payment.kind]
    target = org.trades(settlement.target)[link.target]
    return {
        settlement.link: link.id,
        settlement.target.key: target.id,
        settlement.target.number: target.number,
        "amount_applied": link.amount,
        "tax_amount_withheld": 0,
        "discount_amount": 0,
        "total": target.totals.total,
        "balance": balance(org, target),
        "date": target.date.isoformat(),
        "due_date": target.due_date.isoformat(),
        "apply_date": link.date.isoformat(),
        "price_precision": org.currencies[payment.currency]["price_precision"],
    }
