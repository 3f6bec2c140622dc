"""The four sections of the settings, in their order: import, export, asset account, taxes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ingress.api.imports import view
from ingress.connections.amending import amend
from ingress.console.choices import NOTHING, SIDES, choices
from ingress.console.connecting import REFUSED, UNUSABLE, told
from ingress.console.visitor import Visitor, at

IMPORTS: Final = {
    "chart_of_accounts": "Chart of accounts",
    "customers": "Customers",
    "vendors": "Vendors",
}
EXPORTS: Final = {
    "invoices_and_payments": "Invoices and payments received",
    "credit_notes": "Credit notes",
    "bills_and_payments": "Bills and payments made",
    "debit_notes": "Debit notes (vendor credits)",
}
SALES: Final = {
    "sales": "Sales, where an item has no account of its own",
    "bank": "Payments, where Zoho’s account is not mapped",
    "bank_charges": "Bank charges",
    "write_offs": "Write-offs",
    "discounts": "Discounts",
    "shipping": "Shipping charges",
    "adjustments": "Adjustments",
    "rounding": "Rounding",
}
PURCHASES: Final = {
    "purchases": "Purchases, where an item has no account of its own",
    "purchase_discounts": "Discounts",
    "purchase_adjustments": "Adjustments",
}
ASSET: Final = {
    "asset": "Inventory asset, a current asset in Xero",
    "asset_contra": "The other side of the journal, such as cost of goods sold",
}
NAMES: Final = {
    "import": IMPORTS,
    "export": EXPORTS,
    "sales": SALES,
    "purchases": PURCHASES,
    "asset": ASSET,
}
IMPORTS_NOW: Final = " An import begins within seconds; “Import from Xero” shows it."
Patch = dict[str, Any]


class Section(NamedTuple):
    """One section: its title, what its form changes, and the section after it."""

    title: str
    patch: Callable[[Visitor], Patch]
    after: str


def _switches(section: str, names: Mapping[str, str]) -> Callable[[Visitor], Patch]:
    def patch(visitor: Visitor) -> Patch:
        return {section: {name: visitor.typed(f"{section}.{name}") == "on" for name in names}}

    return patch


def _accounts(names: Mapping[str, str]) -> Callable[[Visitor], Patch]:
    def patch(visitor: Visitor) -> Patch:
        return {"accounts": {name: visitor.typed(f"accounts.{name}") or None for name in names}}

    return patch


def _export(visitor: Visitor) -> Patch:
    overrides = {
        visitor.typed(f"account_map.{place}.zoho"): visitor.typed(f"account_map.{place}.xero")
        for place in range(100)
        if visitor.typed(f"account_map.{place}.zoho")
    }
    gone = visitor.row["config"].get("account_map", {}) if visitor.row else {}
    return {
        **_switches("export", EXPORTS)(visitor),
        **_accounts(SALES | PURCHASES)(visitor),
        "account_map": dict.fromkeys(gone)
        | {zoho: xero or None for zoho, xero in overrides.items()},
    }


def _taxes(visitor: Visitor) -> Patch:
    mapped: dict[str, Any] = {}
    for name in visitor.fields:
        section, _, rest = name.partition(".")
        zoho_id, _, side = rest.rpartition(".")
        if section == "tax_map" and side in SIDES:
            mapped.setdefault(zoho_id, {})[side] = visitor.typed(name).upper() or None
    return {"tax_map": {key: each if any(each.values()) else None for key, each in mapped.items()}}


SECTIONS: Final = {
    "import": Section("Import from Xero", _switches("import", IMPORTS), "export"),
    "export": Section("Export to Xero", _export, "asset"),
    "asset": Section("Inventory asset account", _accounts(ASSET), "taxes"),
    "taxes": Section("Taxes", _taxes, ""),
}


async def show(visitor: Visitor) -> Response:
    """Show one section."""
    row = await visitor.connection()
    return await _show(visitor, row["config"])


async def save(visitor: Visitor) -> Response:
    """Save one section; what can't be used is told, and nothing is changed."""
    row, section = await visitor.connection(), _section(visitor)
    patch = section.patch(visitor)
    try:
        applied, warnings = await amend(visitor.console.office, row["name"], patch, visitor.name)
    except REFUSED as error:
        config = {**row["config"], **{name: _laid(row, name, patch) for name in patch}}
        return await _show(visitor, config, told(error), UNUSABLE)
    said = "Saved." if applied.changes else "Nothing was changed."
    said += IMPORTS_NOW if applied.imports else ""
    said += "".join(f" {each}." for each in warnings[:3])
    return visitor.onward(_onward(visitor, section), said)


def _laid(row: Mapping[str, Any], name: str, patch: Patch) -> Any:
    return {
        **row["config"].get(name, {}),
        **{k: v for k, v in patch[name].items() if v is not None},
    }


def _onward(visitor: Visitor, section: Section) -> str:
    name = visitor.request.path_params["name"]
    if visitor.typed("for"):
        return at(name, "problems")
    if not visitor.typed("first"):
        return at(name, "settings")
    return (
        at(name, "settings", section.after) + "?first=1" if section.after else at(name, "settings")
    )


def _section(visitor: Visitor) -> Section:
    found = SECTIONS.get(visitor.request.path_params["section"])
    if found is None:
        raise HTTPException(404, "There is no such section of the settings.")
    return found


async def _show(
    visitor: Visitor,
    config: Mapping[str, Any],
    problems: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> Response:
    row, section = await visitor.connection(), _section(visitor)
    word = visitor.request.path_params["section"]
    offered = NOTHING if word == "import" else await choices(visitor, row, config)
    return visitor.page(
        f"settings-{word}.html",
        status,
        title=section.title,
        section=section,
        sections=SECTIONS,
        word=word,
        config=config,
        problems=problems,
        first=visitor.asked("first") or visitor.typed("first"),
        wanted=visitor.asked("for") or visitor.typed("for"),
        names=NAMES,
        last=await view(visitor.database, row["id"]) if word == "import" else None,
        **offered._asdict(),
    )
