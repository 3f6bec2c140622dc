"""Refunds of credits: made, replaced and taken back (A24–A29)."""

from decimal import Decimal
from typing import Any

import pytest

from schemas.commands import link
from tests.processors.desk import Desk, asked, body_of, told
from tests.processors.zoho import at
from tests.processors.zoho_credits import credit_note, vendor_credit
from tests.xero_schemas import fits

# Invoices 1, 2 and bill 1 are in Xero.
pytestmark = pytest.mark.usefixtures("trades_in_xero")


REFUNDS = [
    ("credit_note", credit_note, "creditnote_refunds", "refund", ("A24", "A25", "A26")),
    (
        "vendor_credit",
        vendor_credit,
        "vendor_credit_refunds",
        "vendor_refund",
        ("A27", "A28", "A29"),
    ),
]


@pytest.mark.parametrize(("entity", "written", "field", "kind", "rows"), REFUNDS)
def test_a24_to_a29_refunds_are_made_replaced_and_taken_back(
    desk: Desk, entity: str, written: Any, field: str, kind: str, rows: tuple[str, ...]
) -> None:
    desk.exports(entity, written())
    number = "creditnote_refund_id" if entity == "credit_note" else "vendor_credit_refund_id"
    paid = {number: "351", "date": "2026-03-15", "amount": 20, "account_id": "361"}

    made = desk.happens(entity, written(**{field: [paid]}, last_modified_time=at(11)))
    desk.xero_obeys()
    less = {**paid, "amount": 15}
    changed = desk.happens(entity, written(**{field: [less]}, last_modified_time=at(12)))
    desk.xero_obeys()
    gone = desk.happens(entity, written(last_modified_time=at(13)))

    assert [told(each)[0][0] for each in (made, changed, gone)] == list(rows)
    assert body_of(made, f"{kind}.create") == {
        "CreditNote": {"CreditNoteID": link(f"{entity}:{written()[ID[entity]]}")},
        "Account": {"Code": "091"},
        "Date": "2026-03-15",
        "Amount": Decimal(20),
        "CurrencyRate": Decimal(1),
        "Reference": "ZI-REF-351",
    }
    assert fits("Payment", body_of(made, f"{kind}.create")) == []
    assert asked(changed) == [f"{kind}.delete {kind}:351", f"{kind}.create {kind}:351"]
    assert asked(gone) == [f"{kind}.delete {kind}:351"]


ID = {"credit_note": "creditnote_id", "vendor_credit": "vendor_credit_id"}


def test_a24_a_refund_shown_without_an_account_comes_from_the_bank(desk: Desk) -> None:
    listed = {
        "creditnote_refund_id": "351",
        "date": "2026-03-15",
        "amount_fcy": 20,
        "amount_bcy": 27,
    }
    decisions = desk.happens("credit_note", credit_note(creditnote_refunds=[listed]))
    body = body_of(decisions, "refund.create")

    assert (body["Account"], body["Amount"]) == ({"Code": "090"}, Decimal(20))
