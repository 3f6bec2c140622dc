"""Taxes and tax groups of a company."""

from decimal import Decimal

from sandbox.zoho.encoding import Record
from sandbox.zoho.refusals import invalid
from sandbox.zoho.totals import Component

PREFIX = "4600000000000"


def _tax(tax_id: str, name: str, percentage: str) -> Record:
    return {
        "tax_id": PREFIX + tax_id,
        "tax_name": name,
        "tax_percentage": Decimal(percentage),
        "tax_type": "tax",
        "tax_specific_type": "",
        "is_value_added": True,
        "is_default_tax": False,
        "is_editable": True,
        "is_inactive": False,
        "status": "Active",
    }


def default_taxes() -> dict[str, Record]:
    """Return the taxes of a new company by id; a group names its parts under `taxes`."""
    group = _tax("915", "GST + QST", "14.975") | {"tax_type": "tax_group"}
    group["taxes"] = [PREFIX + "913", PREFIX + "916"]
    taxes = (
        _tax("911", "HST NS", "15"),
        _tax("912", "HST ON", "13"),
        _tax("913", "GST", "5"),
        _tax("914", "Zero Rate", "0"),
        group,
        _tax("916", "QST", "9.975"),
    )
    return {tax["tax_id"]: tax for tax in taxes}


def components(taxes: dict[str, Record], tax_id: str, field: str) -> tuple[Component, ...]:
    """Return the taxes that a tax or tax group stands for; none for an empty id."""
    if not tax_id:
        return ()
    tax = taxes.get(tax_id)
    if tax is None:
        raise invalid(field)
    parts = [taxes[part] for part in tax.get("taxes", [tax_id])]
    return tuple(
        Component(part["tax_id"], part["tax_name"], part["tax_percentage"]) for part in parts
    )
