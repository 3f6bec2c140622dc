"""Documents as lists show them: thin, and with other spellings here and there (Zoho: lists)."""

from sandbox.zoho.balances import balance, outstanding, status, unused
from sandbox.zoho.documents import Contact, Payment, Trade
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import CREDITS, CUSTOMER_PAYMENT, PAYMENTS
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.reading import one, text
from sandbox.zoho.shapes.contact import primary
from sandbox.zoho.times import list_stamp
from sandbox.zoho.totals import rounded


def _times(document: Trade | Payment | Contact) -> Record:
    return {
        "created_time": list_stamp(document.created),
        "last_modified_time": list_stamp(document.modified),
    }


def of_contact(org: Organisation, contact: Contact) -> Record:
    """Return a contact's row."""
    owed, credit = outstanding(org, contact.id)
    person, billing = primary(contact), one(contact.given, "billing_address")
    customer = contact.contact_type == "customer"
    return {
        "contact_id": contact.id,
        "contact_name": contact.number,
        "company_name": text(contact.given, "company_name"),
        "contact_type": contact.contact_type,
        "status": "active" if contact.is_active else "inactive",
        "first_name": person.get("first_name", ""),
        "last_name": person.get("last_name", ""),
        "email": person.get("email", ""),
        "phone": person.get("phone", ""),
        "mobile": person.get("mobile", ""),
        "billing_address": {"city": text(billing, "city"), "zipcode": text(billing, "zip")},
        "currency_id": org.currencies[contact.currency]["currency_id"],
        "currency_code": contact.currency,
        "outstanding_receivable_amount": owed if customer else 0,
        "outstanding_payable_amount": 0 if customer else owed,
        "unused_credits_receivable_amount": credit if customer else 0,
        "unused_credits_payable_amount": 0 if customer else credit,
        **_times(contact),
    }


def of_trade(org: Organisation, trade: Trade) -> Record:
    """Return the row of an invoice, bill, credit note or vendor credit: no lines, no taxes."""
    kind = trade.kind
    dues = {} if kind in CREDITS else {"due_date": trade.due_date.isoformat(), "due_days": ""}
    return {
        kind.key: trade.id,
        kind.number: trade.number,
        "status": status(org, trade),
        "date": trade.date.isoformat(),
        **dues,
        f"{kind.party}_id": trade.contact_id,
        f"{kind.party}_name": org.contacts[trade.contact_id].number,
        "reference_number": text(trade.given, "reference_number"),
        "currency_id": org.currencies[trade.currency]["currency_id"],
        "currency_code": trade.currency,
        "exchange_rate": trade.exchange_rate,
        "total": trade.totals.total,
        "balance": balance(org, trade),
        "has_attachment": False,
        **_times(trade),
    }


def of_payment(org: Organisation, payment: Payment) -> Record:
    """Return a payment's row: numbers of what it settles, but no shares."""
    settlement = PAYMENTS[payment.kind]
    targets = org.trades(settlement.target)
    numbers = [targets[each.target].number for each in org.shares.of_source(payment.id)]
    account = "account" if payment.kind is CUSTOMER_PAYMENT else "paid_through_account"
    left = "unused_amount" if payment.kind is CUSTOMER_PAYMENT else "balance"
    return {
        "payment_id": payment.id,
        "payment_number": payment.number,
        "status": "paid",
        "date": payment.date.isoformat(),
        f"{payment.kind.party}_id": payment.contact_id,
        f"{payment.kind.party}_name": org.contacts[payment.contact_id].number,
        f"{settlement.target.root}_numbers": ", ".join(numbers),
        "payment_mode": text(payment.given, "payment_mode"),
        "reference_number": text(payment.given, "reference_number"),
        "description": text(payment.given, "description"),
        "amount": payment.amount,
        left: unused(org, payment),
        "bcy_amount": rounded(payment.amount * payment.exchange_rate, 2),
        "bcy_refunded_amount": 0,
        "currency_code": payment.currency,
        f"{account}_id": payment.account_id,
        f"{account}_name": org.accounts[payment.account_id]["account_name"],
        **_times(payment),
    }
