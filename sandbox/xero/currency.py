"""Currencies and rates of documents: units of the document's currency for one of the base."""

from collections.abc import Iterator
from decimal import Decimal

from sandbox.xero.answer import Record
from sandbox.xero.call import Call
from sandbox.xero.lines import rounded
from sandbox.xero.organisation import Organisation

_ODD = (Decimal("0.5"), Decimal(2))  # against the day's rate; Xero's own bounds are not known


def rate(org: Organisation, code: str, sent: Decimal | None) -> Decimal:
    """Return a document's CurrencyRate, 6 dp: 1 in the base currency, else as sent or the day's."""
    if code == org.base_currency:
        return Decimal(1)
    return org.day_rate(code) if sent is None else rounded(sent, 6)


def problems(org: Organisation, document: Record) -> Iterator[str]:
    """Say that the currency isn't the organisation's, or that the rate is none."""
    if document["CurrencyCode"] not in org.currencies:
        yield f"Organisation is not subscribed to currency {document['CurrencyCode']}"
    if document["CurrencyRate"] <= 0:
        yield "The CurrencyRate must be greater than zero."


def warn_of_odd_rate(call: Call, document: Record) -> None:
    """Warn, without refusing, of a rate far from the day's (Xero, since April 2026)."""
    usual = call.organisation.day_rate(document["CurrencyCode"])
    if not _ODD[0] < document["CurrencyRate"] / usual < _ODD[1]:
        call.warn("The currency rate differs significantly from the market rate.")


def in_base(amount: Decimal, currency_rate: Decimal) -> Decimal:
    """Return an amount in the base currency: foreign ÷ CurrencyRate (Xero: currency)."""
    return rounded(amount / currency_rate)
