"""Invoices, bills, credit notes and vendor credits in detail."""

from decimal import Decimal

from sandbox.zoho.accounts import PAYABLE, RECEIVABLE
from sandbox.zoho.balances import balance, status
from sandbox.zoho.documents import Trade
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import CREDITS
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.reading import one, text
from sandbox.zoho.shapes import lines
from sandbox.zoho.shapes.contact import address, primary
from sandbox.zoho.shapes.kinds import OF_KIND
from sandbox.zoho.shapes.twins import with_twins
from sandbox.zoho.times import stamp
from sandbox.zoho.totals import ZERO, rounded


def shape(org: Organisation, trade: Trade) -> Record:
    """Return the whole document."""
    symbol = org.currencies[trade.currency]["currency_symbol"]
    record = _header(org, trade) | _sums(org, trade) | _discount(trade) | _base(org, trade)
    if trade.kind.party == "customer":
        record |= _shipping(org, trade)
    record |= OF_KIND[trade.kind](org, trade) | _people(org, trade) | _trivia()
    return with_twins(record, symbol) | {
        "line_items": lines.shape(org, trade),
        "taxes": lines.taxes(trade, symbol),
    }


def _header(org: Organisation, trade: Trade) -> Record:
    kind, given, currency = trade.kind, trade.given, org.currencies[trade.currency]
    ledger = RECEIVABLE if kind.party == "customer" else PAYABLE
    return {
        kind.key: trade.id,
        kind.number: trade.number,
        "status": status(org, trade),
        "date": trade.date.isoformat(),
        **({} if kind in CREDITS else {"due_date": trade.due_date.isoformat()}),
        "reference_number": text(given, "reference_number"),
        f"{kind.party}_id": trade.contact_id,
        f"{kind.party}_name": org.contacts[trade.contact_id].number,
        "currency_id": currency["currency_id"],
        "currency_code": trade.currency,
        "currency_symbol": currency["currency_symbol"],
        "exchange_rate": trade.exchange_rate,
        "price_precision": currency["price_precision"],
        "account_id": ledger,
        "account_name": org.accounts[ledger]["account_name"],
        "notes": text(given, "notes"),
        "terms": text(given, "terms"),
        "created_time": stamp(trade.created, org.zone),
        "last_modified_time": stamp(trade.modified, org.zone),
    }


def _sums(org: Organisation, trade: Trade) -> Record:
    totals, inclusive = trade.totals, trade.terms.inclusive
    gross = totals.sub_total + totals.tax_total - totals.shipping_tax if inclusive else ZERO
    shown = gross if inclusive and org.settings.gross_inclusive else totals.sub_total
    return {
        "is_inclusive_tax": inclusive,
        "tax_rounding": org.settings.tax_rounding,
        "rounding_mode": "round_half_up",
        "sub_total": shown,
        "sub_total_inclusive_of_tax": gross,
        "tax_total": totals.tax_total,
        "adjustment": totals.adjustment,
        "adjustment_description": text(trade.given, "adjustment_description"),
        "adjustment_account_id": text(trade.given, "adjustment_account_id"),
        "total": totals.total,
        "balance": balance(org, trade),
    }


def _discount(trade: Trade) -> Record:
    totals, terms = trade.totals, trade.terms
    by_line = sum((each.discount_amount for each in totals.lines), ZERO)
    share = None if isinstance(terms.discount, Decimal) else terms.discount
    return {
        "discount_type": "item_level" if terms.item_level else "entity_level",
        "is_discount_before_tax": terms.before_tax,
        "discount": lines.percent_text(share) if share else totals.discount,
        "discount_percent": Decimal(share.rstrip("%")) if share else ZERO,
        "discount_total": by_line if terms.item_level else totals.discount,
        "discount_applied_on_amount": totals.discount_applied_on,
        "discount_account_id": "",
    }


def _base(org: Organisation, trade: Trade) -> Record:
    totals, places = trade.totals, org.places(org.base_currency)
    amounts = {
        "bcy_sub_total": totals.sub_total,
        "bcy_discount_total": totals.discount,
        "bcy_tax_total": totals.tax_total,
        "bcy_shipping_charge": totals.shipping,
        "bcy_adjustment": totals.adjustment,
        "bcy_total": totals.total,
    }
    return {name: rounded(each * trade.exchange_rate, places) for name, each in amounts.items()}


def _shipping(org: Organisation, trade: Trade) -> Record:
    totals = trade.totals
    tax = org.taxes.get(text(trade.given, "shipping_charge_tax_id"), {})
    with_tax = totals.shipping + totals.shipping_tax
    gross = trade.terms.inclusive and org.settings.gross_inclusive
    return {
        "shipping_charge": with_tax if gross else totals.shipping,
        "shipping_charge_exclusive_of_tax": totals.shipping,
        "shipping_charge_inclusive_of_tax": with_tax,
        "shipping_charge_tax_id": tax.get("tax_id", ""),
        "shipping_charge_tax_name": tax.get("tax_name", ""),
        "shipping_charge_tax_type": tax.get("tax_type", ""),
        "shipping_charge_tax_percentage": tax.get("tax_percentage", ""),
        "shipping_charge_tax": totals.shipping_tax if tax else "",
        "shipping_charge_taxes": [],
        "roundoff_value": totals.roundoff,
        "transaction_rounding_type": _rounding(org),
    }


def _rounding(org: Organisation) -> str:
    return "no_rounding" if org.settings.round_to is None else "round_to_dollar"


def _people(org: Organisation, trade: Trade) -> Record:
    contact = org.contacts[trade.contact_id]
    billing = address(one(contact.given, "billing_address"))
    return {
        "email": primary(contact).get("email", ""),
        "contact_persons": [],
        "contact_persons_details": [],
        "billing_address": billing | {"street": billing["address"]},
        "shipping_address": address(one(contact.given, "shipping_address")),
    }


def _trivia() -> Record:
    return {
        "attachment_name": "",
        "is_emailed": False,
        "is_viewed_by_client": False,
        "client_viewed_time": "",
        "salesperson_id": "",
        "salesperson_name": "",
        "created_by_name": "",
        "tags": [],
        "custom_fields": [],
        "custom_field_hash": {},
    }
