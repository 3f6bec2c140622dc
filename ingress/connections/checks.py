"""Holds a connection's accounts and tax rates against what its Xero organisation really has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bridge.settings import Settings
from clients.xero.facts import XeroFacts, fetch
from clients.xero.identity import Credentials, Endpoints
from schemas.connections import accounts_used, tax_types_used

ACTIVE: Final = "ACTIVE"
NO_TAX: Final = "NONE"
# C2: the editions of Zoho that the integration serves, by Xero's country.
SERVED: Final = frozenset({"US", "GB", "CA", "AU", "ZA", "NZ"})


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A field of the connection file that Xero does not bear out."""

    field: str
    what: str
    remedy: str


async def read_facts(
    settings: Settings, config: Mapping[str, Any], client_secret: str
) -> XeroFacts:
    """Read the organisation of a connection with client credentials.

    `config` as `ConnectionFile.to_config` gives it. Raises clients.xero.errors.XeroError.
    """
    xero = config["xero"]
    endpoints = Endpoints.of(settings)
    return await fetch(
        endpoints, Credentials(xero["client_id"], client_secret, xero["tenant_id"] or "")
    )


def mismatches(config: Mapping[str, Any], facts: XeroFacts) -> Iterator[Mismatch]:
    """Name every account and tax rate of a connection that Xero lacks or has put away (C7, C8)."""
    for field, chosen in accounts_used(config).items():
        account = facts.account(chosen)
        if account is None:
            remedy = "Write the code or id of an account in Xero's chart of accounts"
            yield Mismatch(field, f'names the account "{chosen}", which Xero does not have', remedy)
        elif account.status != ACTIVE:
            remedy = "Restore it in Xero, or choose another"
            what = f'names the account "{chosen}" ({account.name}), which is archived in Xero'
            yield Mismatch(field, what, remedy)
    known = {rate.type: rate.status for rate in facts.tax_rates} | {NO_TAX: ACTIVE}
    for field, chosen in tax_types_used(config).items():
        if chosen not in known:
            usable = ", ".join(name for name, status in sorted(known.items()) if status == ACTIVE)
            what = f'names the tax type "{chosen}", which Xero does not have'
            yield Mismatch(field, what, f"Xero has {usable}")
        elif known[chosen] != ACTIVE:
            what = f'names the tax type "{chosen}", which is {known[chosen].lower()} in Xero'
            yield Mismatch(field, what, "Choose an active one")


def doubts(config: Mapping[str, Any], facts: XeroFacts) -> Iterator[str]:
    """Name what is no mistake, but what a person should know (C2)."""
    if facts.country and facts.country not in SERVED:
        yield f"the bridge is not made for Xero's edition for {facts.country}"
    needed = set()
    if config["export"]["invoices_and_payments"]:
        needed |= {"sales", "bank", "discounts", "shipping", "adjustments", "rounding"}
    for purpose in sorted(needed - config["accounts"].keys()):
        yield f"accounts.{purpose} is not set: what needs it will wait until it is"
