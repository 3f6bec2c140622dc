"""Currencies of a company; `exchange_rate` is base units for one of them (Zoho: entities)."""

from decimal import Decimal

from sandbox.zoho.encoding import Record
from sandbox.zoho.refusals import invalid

PREFIX = "4600000000000"
# Canadian dollars for one of each; they never move here.
_RATES = {
    "CAD": ("097", "$", 2, "1"),
    "USD": ("099", "$", 2, "1.37"),
    "EUR": ("101", "€", 2, "1.49"),
    "JPY": ("103", "¥", 0, "0.0092"),
    "GBP": ("105", "£", 2, "1.75"),
    "AUD": ("107", "$", 2, "0.9"),
    "NZD": ("109", "$", 2, "0.82"),
}
DEFAULT = ("CAD", "USD", "EUR", "JPY")


def default_currencies(base: str) -> dict[str, Record]:
    """Return the currencies of a new company by code. Raises KeyError for an unknown base."""
    codes = dict.fromkeys((base, *DEFAULT))
    return {code: _currency(code, base) for code in codes}


def _currency(code: str, base: str) -> Record:
    end, symbol, precision, rate = _RATES[code]
    cross = Decimal(rate) / Decimal(_RATES[base][3])
    return {
        "currency_id": PREFIX + end,
        "currency_code": code,
        "currency_name": code,
        "currency_symbol": symbol,
        "price_precision": precision,
        "currency_format": "1,234,567.89" if precision else "1,234,567",
        "is_base_currency": code == base,
        "exchange_rate": Decimal(1) if code == base else cross.quantize(Decimal("0.000001")),
        "effective_date": "2026-01-01",
    }


def by_id(currencies: dict[str, Record], currency_id: str) -> str:
    """Return the code of the currency with this id. Raises Refused."""
    for code, currency in currencies.items():
        if currency["currency_id"] == currency_id:
            return code
    raise invalid("currency_id")
