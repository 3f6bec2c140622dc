"""What a person can choose from in the settings: Xero's accounts and rates, Zoho's taxes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from bridge.queries import load
from ingress.connections import mapping
from ingress.console.visitor import Visitor
from schemas.managing import AccountView, RateView, TaxView

QUERIES = load(__file__, "console.sql")
# In Xero a rate is meant for one side, and its name or type says which.
SIDES: Final = {
    "sales": ("OUTPUT", "SALES", "INCOME"),
    "purchases": ("INPUT", "PURCHASE", "EXPENSE"),
}


class Choices(NamedTuple):
    """What both organisations offer; where one can't be asked, `silence` says why."""

    accounts: Sequence[AccountView]
    taxes: Sequence[TaxView]
    rates: Sequence[RateView]
    silence: str


NOTHING: Final = Choices((), (), (), "")


async def choices(visitor: Visitor, row: Mapping[str, Any], config: Mapping[str, Any]) -> Choices:
    """Ask both organisations what there is to choose from."""
    unmapped = await QUERIES.unmapped(visitor.database, connection_id=row["id"])
    lost = [each["zoho_id"] for each in unmapped]
    anew = bool(visitor.asked("anew"))
    seen = await visitor.console.known.facts(visitor.console.office, row, anew=anew)
    rates = seen.xero.tax_rates if seen.xero else ()
    return Choices(
        accounts=mapping.accounts(config, seen.xero) if seen.xero else (),
        taxes=_with_lost(mapping.taxes(config, seen.zoho, rates), lost, config),
        rates=mapping.rates(rates),
        silence=seen.silence,
    )


def _with_lost(
    taxes: Sequence[TaxView], lost: Sequence[str], config: Mapping[str, Any]
) -> Sequence[TaxView]:
    """Add the taxes that documents wait for, and those that are mapped, where Zoho lists none."""
    known = {tax.id for tax in taxes}
    more = dict.fromkeys((*lost, *config["tax_map"]))
    return [*taxes, *(_unlisted(each, config) for each in more if each not in known)]


def _unlisted(tax_id: str, config: Mapping[str, Any]) -> TaxView:
    mapped = config["tax_map"].get(tax_id) or {}
    return TaxView(
        id=tax_id,
        name="",
        rate=None,
        is_group=False,
        sales=mapped.get("sales"),
        purchases=mapped.get("purchases"),
        suggestions=[],
    )


def suggested(tax: TaxView, side: str) -> str:
    """Give the rate that fits a tax best on one side: of equal rates the one meant for it."""
    meant = [
        each
        for each in tax.suggestions
        if any(word in f"{each.type} {each.name}".upper() for word in SIDES[side])
    ]
    best = [*meant, *tax.suggestions]
    return best[0].type if best else ""
