"""A document's lines and taxes in detail."""

from decimal import Decimal

from sandbox.zoho.documents import Trade
from sandbox.zoho.encoding import Record
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.totals import ZERO, Component, Discount, Figures, rounded


def percent_text(discount: Discount) -> Discount:
    """Write a share as Zoho gives it back, `"10.00%"`; an amount stays a number."""
    if isinstance(discount, Decimal):
        return discount
    return f"{Decimal(discount.rstrip('%')):.2f}%"


def tax_name(component: Component) -> str:
    """Name a tax with its rate: `GST (5%)`."""
    return f"{component.name} ({format(component.percentage.normalize(), 'f')}%)"


def shape(org: Organisation, trade: Trade) -> list[Record]:
    """Return the lines of a document."""
    return [_line(org, trade, at, each) for at, each in enumerate(trade.totals.lines, 1)]


def _line(org: Organisation, trade: Trade, order: int, figures: Figures) -> Record:
    line = figures.line
    tax = org.taxes.get(line.tax_id, {})
    total = figures.item_total
    with_tax = total + sum((amount for _, amount in figures.taxes), ZERO)
    gross = trade.terms.inclusive and org.settings.gross_inclusive
    return {
        "line_item_id": line.line_item_id,
        "item_id": line.item_id,
        "item_order": order,
        "sku": "",
        "name": line.name,
        "description": line.description,
        "account_id": line.account_id,
        "account_name": org.accounts.get(line.account_id, {}).get("account_name", ""),
        "quantity": line.quantity,
        "unit": line.unit,
        "rate": line.rate,
        "bcy_rate": rounded(line.rate * trade.exchange_rate, 2),
        "discount": percent_text(line.discount),
        "discount_amount": figures.discount_amount,
        "tax_id": line.tax_id,
        "tax_name": tax.get("tax_name", ""),
        "tax_type": tax.get("tax_type", "tax"),
        "tax_percentage": tax.get("tax_percentage", 0),
        "line_item_taxes": [_tax(component, amount) for component, amount in figures.taxes],
        "item_total": with_tax if gross else total,
        "item_total_inclusive_of_tax": with_tax,
        "item_type": "",
        "line_item_category": "line_item",
        "header_id": "",
        "project_id": "",
        "tags": [],
    }


def _tax(component: Component, amount: Decimal) -> Record:
    return {
        "tax_id": component.tax_id,
        "tax_name": tax_name(component),
        "tax_percentage": component.percentage,
        "tax_amount": amount,
    }


def taxes(trade: Trade, symbol: str) -> list[Record]:
    """Return the document's tax by component; an invoice's rows lack the id (Zoho: invoices)."""
    rows = [
        {
            "tax_id": component.tax_id,
            "tax_name": tax_name(component),
            "tax_amount": amount,
            "tax_amount_formatted": f"{symbol}{amount:,f}",
        }
        for component, amount in trade.totals.taxes
    ]
    if trade.kind.entity == "invoice":
        return [{name: row[name] for name in row if name != "tax_id"} for row in rows]
    return rows
