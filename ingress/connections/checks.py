"""Holds a connection's accounts and tax rates against what its Xero organisation really has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from clients.xero.facts import XeroFacts
from clients.zoho.facts import ZohoFacts
from schemas.connections import accounts_used, tax_types_used

ACTIVE: Final = "ACTIVE"
NO_TAX: Final = "NONE"
CURRENT: Final = "CURRENT"
BANK: Final = "BANK"
# Xero keeps tax rates with four places (Xero: tax rates).
PLACES: Final = Decimal("0.0001")
CHOOSE_TAX: Final = "Choose one of the same rate: {same}"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A field of the connection file that Xero does not bear out."""

    field: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.field} {self.what}. {self.remedy}"


def mismatches(config: Mapping[str, Any], facts: XeroFacts) -> Iterator[Mismatch]:
    """Name every account and tax rate of a connection that Xero lacks or has put away (C7, C8)."""
    yield from lost_accounts(config, facts)
    yield from lost_taxes(config, facts)


def lost_accounts(config: Mapping[str, Any], facts: XeroFacts) -> Iterator[Mismatch]:
    """Name the accounts that Xero lacks or has put away, and an asset account of another type."""
    for field, chosen in accounts_used(config).items():
        account = facts.account(chosen)
        if account is None:
            remedy = "Write the code or id of an account in Xero's chart of accounts"
            yield Mismatch(field, f'names the account "{chosen}", which Xero does not have', remedy)
        elif account.status != ACTIVE:
            remedy = "Restore it in Xero, or choose another"
            what = f'names the account "{chosen}" ({account.name}), which is archived in Xero'
            yield Mismatch(field, what, remedy)
        elif field == "accounts.asset" and (account.type != CURRENT or account.system):
            what = f'names the account "{chosen}" ({account.name}), which is no current asset'
            yield Mismatch(field, what, f"Choose an account of the type {CURRENT} in Xero")


def lost_taxes(config: Mapping[str, Any], facts: XeroFacts) -> Iterator[Mismatch]:
    """Name the tax types that Xero lacks or has put away."""
    known = {rate.type: rate.status for rate in facts.tax_rates} | {NO_TAX: ACTIVE}
    for field, chosen in tax_types_used(config).items():
        if chosen not in known:
            usable = ", ".join(name for name, status in sorted(known.items()) if status == ACTIVE)
            what = f'names the tax type "{chosen}", which Xero does not have'
            yield Mismatch(field, what, f"Xero has {usable}")
        elif known[chosen] != ACTIVE:
            what = f'names the tax type "{chosen}", which is {known[chosen].lower()} in Xero'
            yield Mismatch(field, what, "Choose an active one")


def unequal_taxes(
    config: Mapping[str, Any], xero: XeroFacts, zoho: ZohoFacts
) -> Iterator[Mismatch]:
    """Name every pair of taxes whose rates differ, with both rates (C7)."""
    rates = {rate.type: rate.rate for rate in xero.tax_rates} | {NO_TAX: Decimal(0)}
    for field, chosen in tax_types_used(config).items():
        tax = zoho.tax(field.split(".")[1])
        if tax is None or tax.rate is None or chosen not in rates:
            continue
        if not same_rate(tax.rate, rates[chosen]):
            what = (
                f'maps the Zoho tax "{tax.name}" of {percent(tax.rate)}'
                f' to "{chosen}" of {percent(rates[chosen])}'
            )
            usable = [r.type for r in xero.tax_rates if r.status == ACTIVE]
            same = ", ".join(name for name in usable if same_rate(rates[name], tax.rate))
            yield Mismatch(field, what, CHOOSE_TAX.format(same=same or "Xero has none yet"))


def unusable_accounts(config: Mapping[str, Any], facts: XeroFacts) -> Iterator[Mismatch]:
    """Name the accounts that Xero has, but not for what they are chosen for."""
    bank = facts.account(config["accounts"].get("bank", ""))
    if bank and bank.status == ACTIVE and (bank.system or not takes_payments(bank)):
        what = f'names the account "{bank.code or bank.name}", which takes no payments in Xero'
        remedy = "Enable payments to it in Xero, or choose a bank account"
        yield Mismatch("accounts.bank", what, remedy)


def takes_payments(account: Any) -> bool:
    """Whether Xero lets payments go to an account (Xero: payments)."""
    return bool(account.type == BANK or account.payments_enabled)


def same_rate(one: Decimal, other: Decimal) -> bool:
    """Compare rates in percent as Xero keeps them."""
    return one.quantize(PLACES) == other.quantize(PLACES)


def percent(rate: Decimal) -> str:
    """Write a rate as people do: 14.975 %."""
    return f"{rate.normalize():f} %"
