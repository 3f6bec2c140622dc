"""What must be so in Zoho and Xero before documents can travel (C2), and else what to do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from clients.xero.facts import XeroFacts
from clients.zoho.facts import ZohoFacts
from ingress.connections.checks import (
    ACTIVE,
    CURRENT,
    Mismatch,
    lost_accounts,
    lost_taxes,
    unequal_taxes,
    unusable_accounts,
)
from ingress.connections.zones import iana

# `stops`: nothing is sent until it is mended; `wrong`: a person must mend it; `note`: good to know.
Level = Literal["stops", "wrong", "note"]
# C2: the editions of Zoho that the integration serves, by Xero's country.
SERVED: Final = frozenset({"US", "GB", "CA", "AU", "ZA", "NZ"})
# What every document of a switch is coded to, and the right that it takes (Xero: actions).
DEFAULTS: Final = {
    "invoices_and_payments": ("accounts.sales", "accounts.bank"),
    "bills_and_payments": ("accounts.purchases", "accounts.bank"),
}
RIGHTS: Final = {
    "invoices_and_payments": "CreateApprovedInvoice",
    "bills_and_payments": "CreateApprovedBill",
}
NEEDED: Final = {
    "invoices_and_payments": ("sales", "bank", "discounts", "shipping", "adjustments", "rounding"),
    "bills_and_payments": ("purchases",),
}
CODES: Final = ("base_currency", "asset_account", "accounts", "taxes", "permissions", "lock_date")
GIVE: Final = "Let a user with that right connect Xero, or give it to the one who did"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found: a `code` of one word, `what` it is, and what to do."""

    code: str
    level: Level
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.what}. {self.remedy}".strip(". ")


def findings(
    config: Mapping[str, Any], xero: XeroFacts, zoho: ZohoFacts | None, today: date
) -> Iterator[Finding]:
    """Name everything that is not as it must be, or that a person should know, by code.

    `zoho` is None where Zoho was not asked: then currencies and rates can't be compared.
    """
    if zoho is None:
        what = "base currencies and tax rates could not be compared with Zoho's"
        yield Finding("zoho", "note", what, "Connect Zoho's API to have them checked")
    else:
        yield from currencies(xero, zoho)
    yield from _asset(config, xero)
    yield from _accounts(config, xero)
    wrong = [*lost_taxes(config, xero), *(unequal_taxes(config, xero, zoho) if zoho else ())]
    if wrong:
        yield Finding("taxes", "wrong", _said(wrong), "Map them anew")
    yield from _rights(config, xero)
    yield from _notes(config, xero, today)


def currencies(xero: XeroFacts, zoho: ZohoFacts) -> Iterator[Finding]:
    """Compare the base currencies; both are named where they differ."""
    if zoho.base_currency and xero.base_currency and zoho.base_currency != xero.base_currency:
        what = f"Zoho's base currency is {zoho.base_currency}, Xero's is {xero.base_currency}"
        remedy = "Connect two organisations with the same base currency"
        yield Finding("base_currency", "stops", what, remedy)


def _asset(config: Mapping[str, Any], xero: XeroFacts) -> Iterator[Finding]:
    usable = [a for a in xero.accounts if a.type == CURRENT and a.status == ACTIVE and not a.system]
    if not usable:
        what = "Xero has no active account of the type CURRENT, which the asset value needs"
        yield Finding("asset_account", "wrong", what, "Add one to Xero's chart of accounts")
    elif wrong := [each for each in lost_accounts(config, xero) if "asset" in each.field]:
        yield Finding("asset_account", "wrong", _said(wrong), "Choose another asset account")


def _accounts(config: Mapping[str, Any], xero: XeroFacts) -> Iterator[Finding]:
    lost = [each for each in lost_accounts(config, xero) if "asset" not in each.field]
    if wrong := [*lost, *unusable_accounts(config, xero)]:
        on = [fields for switch, fields in DEFAULTS.items() if config["export"][switch]]
        vital = {field for fields in on for field in fields}
        level: Level = "stops" if any(each.field in vital for each in lost) else "wrong"
        yield Finding("accounts", level, _said(wrong), "Choose others, or mend them in Xero")


def _rights(config: Mapping[str, Any], xero: XeroFacts) -> Iterator[Finding]:
    lacking = [
        right
        for switch, right in RIGHTS.items()
        if config["export"][switch] and right in xero.denied
    ]
    if lacking:
        what = f"the user who connected Xero lacks the right {', '.join(lacking)}"
        yield Finding("permissions", "stops", what, GIVE)
    elif config["accounts"].get("asset") and "CreateManualJournal" in xero.denied:
        what = "the user who connected Xero lacks the right CreateManualJournal"
        yield Finding("permissions", "wrong", what, GIVE)


def _notes(config: Mapping[str, Any], xero: XeroFacts, today: date) -> Iterator[Finding]:
    if xero.country and xero.country not in SERVED:
        yield Finding(
            "edition", "note", f"the bridge is not made for Xero's edition for {xero.country}"
        )
    if "UseMulticurrency" in xero.denied:
        what = f"Xero takes documents in {xero.base_currency or 'its base currency'} only"
        yield Finding("multi_currency", "note", what, "Choose a plan with multi-currency in Xero")
    if xero.locked_until:
        level: Level = "wrong" if xero.locked_until >= today else "note"
        what = f"Xero's books are locked up to {xero.locked_until}: it refuses what is dated then"
        yield Finding("lock_date", level, what, "Move the lock date in Xero if that is not meant")
    if not iana(xero.timezone):
        named = xero.timezone or "(none)"
        what = f"Xero's time zone {named} is not known here: dates are in UTC"
        yield Finding("time_zone", "note", what)
    wanted = {p for switch, needs in NEEDED.items() if config["export"][switch] for p in needs}
    for purpose in sorted(wanted - config["accounts"].keys()):
        what = f"accounts.{purpose} is not set: what needs it will wait until it is"
        yield Finding("unset", "note", what)


def _said(wrong: Sequence[Mismatch]) -> str:
    return "; ".join(map(str, wrong))
