"""A customer or vendor in detail (Zoho: contacts)."""

from decimal import Decimal

from sandbox.zoho.balances import outstanding
from sandbox.zoho.documents import Contact
from sandbox.zoho.encoding import Record
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.reading import one, text
from sandbox.zoho.shapes.twins import with_twins
from sandbox.zoho.times import long_date, stamp

ADDRESS = ("attention", "address", "street2", "city", "state", "zip", "country", "phone", "fax")
# What people enter, and what the primary person lends to the contact (Zoho: endpoints).
_ENTERED = ("company_name", "website", "notes", "payment_terms_label")
_MIRRORS = ("first_name", "last_name", "email", "phone", "mobile", "designation", "department")


def address(given: Record, address_id: str = "") -> Record:
    """Return an address; `""` for each part that was not entered."""
    parts = {name: text(given, name) for name in ADDRESS}
    own = {"address_id": address_id} if address_id else {}
    codes = {"state_code": text(given, "state_code"), "country_code": text(given, "country_code")}
    return own | parts | codes | {"county": ""}


def primary(contact: Contact) -> Record:
    """Return the primary contact person, or an empty record."""
    return next((each for each in contact.persons if each["is_primary_contact"]), {})


def shape(org: Organisation, contact: Contact) -> Record:
    """Return the whole contact."""
    symbol = org.currencies[contact.currency]["currency_symbol"]
    return with_twins(
        _self(org, contact) | _money(org, contact) | _addresses(contact) | _trivia(org, contact),
        symbol,
    )


def _self(org: Organisation, contact: Contact) -> Record:
    person, given = primary(contact), contact.given
    return {
        "contact_id": contact.id,
        "contact_name": contact.number,
        "contact_type": contact.contact_type,
        "customer_sub_type": text(given, "customer_sub_type", "business"),
        "status": "active" if contact.is_active else "inactive",
        "primary_contact_id": person.get("contact_person_id", ""),
        **{name: text(given, name) for name in _ENTERED},
        **{name: person.get(name, "") for name in _MIRRORS},
        "contact_salutation": person.get("salutation", ""),
        "contact_persons": [dict(each) for each in contact.persons],
        "payment_terms": given.get("payment_terms") or 0,
        "has_transaction": bool(org.of_contact(contact.id)),
        "is_taxable": True,
        "tax_id": text(given, "tax_id"),
        "created_time": stamp(contact.created, org.zone),
        "created_date": long_date(contact.created.astimezone(org.zone).date()),
        "last_modified_time": stamp(contact.modified, org.zone),
    }


def _money(org: Organisation, contact: Contact) -> Record:
    owed, credit = outstanding(org, contact.id)
    currency, customer = org.currencies[contact.currency], contact.contact_type == "customer"
    zero = Decimal("0.00")
    receivable, payable = (owed, zero) if customer else (zero, owed)
    our_credit, their_credit = (credit, zero) if customer else (zero, credit)
    return {
        "currency_id": currency["currency_id"],
        "currency_code": contact.currency,
        "currency_symbol": currency["currency_symbol"],
        "price_precision": currency["price_precision"],
        "exchange_rate": "",
        "outstanding_receivable_amount": receivable,
        "outstanding_receivable_amount_bcy": _base(org, contact, receivable),
        "outstanding_payable_amount": payable,
        "outstanding_payable_amount_bcy": _base(org, contact, payable),
        "unused_credits_receivable_amount": our_credit,
        "unused_credits_receivable_amount_bcy": _base(org, contact, our_credit),
        "unused_credits_payable_amount": their_credit,
        "unused_credits_payable_amount_bcy": _base(org, contact, their_credit),
        "opening_balance_amount": zero,
    }


def _base(org: Organisation, contact: Contact, amount: Decimal) -> Decimal:
    rate: Decimal = org.currencies[contact.currency]["exchange_rate"]
    return (amount * rate).quantize(Decimal("0.01"))


def _addresses(contact: Contact) -> Record:
    return {
        "billing_address": address(one(contact.given, "billing_address"), contact.billing_id),
        "shipping_address": address(one(contact.given, "shipping_address"), contact.shipping_id),
        "addresses": [],
    }


def _trivia(org: Organisation, contact: Contact) -> Record:
    return {
        "contact_tax_information": "",
        "is_bcy_only_contact": contact.currency == org.base_currency,
        "is_client_review_asked": False,
        "contact_relation_type": "",
        "owner_id": "",
        "owner_name": "",
        "source": "user",
        "track_1099": False,
        "tax_id_type": "",
        "tax_id_value": "",
        "contact_category": "",
        "sales_channel": "direct_sales",
        "language_code": "en",
        "facebook": "",
        "twitter": "",
        "pricebook_id": "",
        "pricebook_name": "",
        "associated_with_square": False,
        "tags": [],
        "custom_fields": [],
        "custom_field_hash": {},
    }
