"""What can be chosen: Xero's accounts by what they fit, tax rates by equal rate and like name."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Final, get_args

from clients.xero.facts import Account, TaxRate, XeroFacts
from clients.zoho.facts import ZohoFacts, ZohoTax
from ingress.connections.checks import ACTIVE, BANK, CURRENT, same_rate, takes_payments
from schemas.connection_file import Purpose
from schemas.connections import accounts_used
from schemas.managing import AccountView, RateView, TaxView

PURPOSES: Final = get_args(Purpose)
# Not valid on lines (Xero: accounts); INVENTORY is moved by tracked items alone.
NOT_ON_LINES: Final = frozenset({BANK, "INVENTORY"})
LIKE: Final = 3  # suggestions


def accounts(config: Mapping[str, Any], xero: XeroFacts) -> list[AccountView]:
    """Give Xero's chart, each account with what it fits and what it is chosen for."""
    chosen: dict[str, list[str]] = {}
    for field, value in accounts_used(config).items():
        if account := xero.account(value):
            chosen.setdefault(account.id, []).append(field)
    return [
        AccountView(
            id=each.id,
            code=each.code or None,
            name=each.name,
            type=each.type,
            status=each.status,
            fits=[purpose for purpose in PURPOSES if _fits(each, purpose)],
            chosen_for=chosen.get(each.id, []),
        )
        for each in xero.accounts
    ]


def _fits(account: Account, purpose: str) -> bool:
    if account.status != ACTIVE or (account.system and purpose != "rounding"):
        return False
    if purpose == "bank":
        return takes_payments(account)
    if purpose == "asset":
        return account.type == CURRENT
    return account.type not in NOT_ON_LINES


def taxes(
    config: Mapping[str, Any], zoho: ZohoFacts | None, known: Sequence[TaxRate]
) -> list[TaxView]:
    """Give Zoho's taxes with what they are mapped to and what of Xero's rates would fit (C7)."""
    return [
        TaxView(
            id=tax.id,
            name=tax.name,
            rate=tax.rate,
            is_group=tax.is_group,
            sales=config["tax_map"].get(tax.id, {}).get("sales"),
            purchases=config["tax_map"].get(tax.id, {}).get("purchases"),
            suggestions=rates(suggest(tax, known)),
        )
        for tax in (zoho.taxes if zoho else _mapped(config))
    ]


def suggest(tax: ZohoTax, known: Iterable[TaxRate]) -> list[TaxRate]:
    """Name the active rates that are equal, the one with the likest name first."""
    if tax.rate is None:
        return []
    equal = [r for r in known if r.status == ACTIVE and same_rate(r.rate, tax.rate)]
    return sorted(equal, key=lambda rate: (-_likeness(rate.name, tax.name), rate.type))[:LIKE]


def rates(known: Iterable[TaxRate]) -> list[RateView]:
    """Show active rates."""
    return [
        RateView(type=each.type, name=each.name, rate=each.rate)
        for each in known
        if each.status == ACTIVE
    ]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio()


def _mapped(config: Mapping[str, Any]) -> list[ZohoTax]:
    # Without Zoho's API only what is mapped is known, by its id.
    return [ZohoTax(zoho_id, "", None, is_group=False) for zoho_id in config["tax_map"]]
