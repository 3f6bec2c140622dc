"""The truth about a company, for whoever checks what became of it elsewhere."""

from collections.abc import Iterable
from decimal import Decimal

from sandbox.zoho.balances import balance, credited, paid, refunded, status, unused, used
from sandbox.zoho.documents import Contact, Payment, Trade
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import CREDITS, PAYMENTS, TRADES
from sandbox.zoho.links import Link
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.shapes.refund import refunds_of
from sandbox.zoho.times import stamp


def ledger(org: Organisation) -> Record:
    """Return all documents, oldest first, amounts as decimal texts in their currencies."""
    trades = {kind.path: [_trade(org, t) for t in org.trades(kind).values()] for kind in TRADES}
    payments = {
        kind.path: [_payment(org, each) for each in org.payments(kind).values()]
        for kind in PAYMENTS
    }
    contacts = [_contact(org, each) for each in org.contacts.values()]
    return {"organization_id": org.id, "contacts": contacts, **trades, **payments}


def _texts(places: int, **amounts: Decimal) -> dict[str, str]:
    return {name: f"{amount:.{places}f}" for name, amount in amounts.items()}


def _contact(org: Organisation, contact: Contact) -> Record:
    return {
        "id": contact.id,
        "name": contact.number,
        "type": contact.contact_type,
        "status": "active" if contact.is_active else "inactive",
        "currency": contact.currency,
        "modified": stamp(contact.modified, org.zone),
    }


def _common(org: Organisation, document: Trade | Payment) -> Record:
    return {
        "id": document.id,
        "number": document.number,
        "contact_id": document.contact_id,
        "date": document.date.isoformat(),
        "currency": document.currency,
        "exchange_rate": format(document.exchange_rate, "f"),
        "modified": stamp(document.modified, org.zone),
    }


def _trade(org: Organisation, trade: Trade) -> Record:
    places = org.places(trade.currency)
    shown = _common(org, trade) | {"status": status(org, trade)}
    shown |= _texts(
        places,
        total=trade.totals.total,
        tax_total=trade.totals.tax_total,
        balance=balance(org, trade),
    )
    return shown | (_credit if trade.kind in CREDITS else _debt)(org, trade, places)


def _debt(org: Organisation, trade: Trade, places: int) -> Record:
    return _texts(
        places,
        paid=paid(org, trade),
        credited=credited(org, trade),
        written_off=trade.written_off,
    )


def _credit(org: Organisation, trade: Trade, places: int) -> Record:
    refunds = [
        {"id": each.id, "date": each.date.isoformat(), **_texts(places, amount=each.amount)}
        for each in refunds_of(org, trade)
    ]
    return _texts(places, used=used(org, trade), refunded=refunded(org, trade)) | {
        "applied": _links(places, org.credits.of_source(trade.id)),
        "refunds": refunds,
    }


def _payment(org: Organisation, payment: Payment) -> Record:
    places = org.places(payment.currency)
    amounts = _texts(
        places,
        amount=payment.amount,
        unused=unused(org, payment),
        bank_charges=payment.bank_charges,
    )
    shares = _links(places, org.shares.of_source(payment.id))
    own = {"account_id": payment.account_id, "shares": shares}
    return _common(org, payment) | amounts | own


def _links(places: int, links: Iterable[Link]) -> list[Record]:
    return [
        {
            "id": each.id,
            "document_id": each.target,
            "date": each.date.isoformat(),
            **_texts(places, amount=each.amount),
        }
        for each in links
    ]
