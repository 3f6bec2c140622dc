"""Zoho's lists set against what was heard: what a rule withholds is no difference."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from processors.drift.holdings import holdings
from processors.drift.judging import Sides
from processors.drift.xero_side import xero_side
from processors.drift.zoho_side import ZohoRow, unheard
from schemas.words import Ref
from tests.processors.zoho import BOOKS

INVOICE = Ref("invoice", "1")
THEN, NOW = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
XERO = {"InvoiceID": "x", "Status": "AUTHORISED", "Total": 115, "AmountDue": 105}
TOLD = {"content": {"total": "115", "contact_id": "50"}, "homes": ["invoice:1"], "at": None}


def sides(heard: str) -> Sides:
    """An invoice that Xero has with 115, and of which Zoho last told of another total."""
    row: dict[str, Any] = {
        "entity": "invoice",
        "zoho_id": "1",
        "number": "INV-1",
        "day": date(2026, 2, 1),
        "status": "sent",
        "told": {"invoice:1": TOLD},
        "modified_at": THEN,
        "deleted": False,
        "total": Decimal(heard),
        "balance": Decimal(heard) - 10,
    }
    return Sides(holdings([row], {"invoice:1": "x"}), xero_side({"Invoices": [XERO]}))


@pytest.mark.parametrize(("heard", "fields"), [("345", []), ("115", ["total", "amount_due"])])
def test_an_edit_that_was_heard_and_withheld_is_no_difference_when_the_stamp_moves(
    heard: str, fields: list[str]
) -> None:
    listed = ZohoRow(
        INVOICE, "INV-1", date(2026, 2, 1), "sent", Decimal(345), Decimal(335), modified_at=NOW
    )
    found = unheard(sides(heard), {INVOICE: listed}, frozenset({"invoice"}), BOOKS)

    assert [field.field for each in found for field in each.fields] == fields
