"""What one document says late does not stand against what another has said since."""

from typing import Any

import pytest

from tests.processors.desk import Desk, asked
from tests.processors.zoho import Fields, at, invoice, payment
from tests.processors.zoho_credits import credit_note, credited

ALLOCATION = ["allocation.create allocation:301"]


def invoice_and_note(desk: Desk, **newest: Any) -> None:
    """Both are in Xero; then Zoho says something newer of the invoice."""
    desk.exports("invoice", invoice())
    desk.exports("credit_note", credit_note())
    desk.happens("invoice", invoice(last_modified_time=at(30), **newest))
    desk.xero_obeys()


def applied(minute: int) -> Fields:
    return credit_note(
        invoices_credited=[credited()], total_credits_used=40, last_modified_time=at(minute)
    )


@pytest.mark.parametrize(("minute", "goes"), [(20, []), (40, ALLOCATION)])
def test_an_older_credit_is_not_set_against_an_invoice_that_is_settled_without_credits_since(
    desk: Desk, minute: int, goes: list[str]
) -> None:
    invoice_and_note(desk, write_off_amount=115, payment_made=0, credits_applied=0)

    assert asked(desk.happens("credit_note", applied(minute))) == goes


@pytest.mark.parametrize(
    "newest",
    [
        {"write_off_amount": 75, "payment_made": 0, "credits_applied": 40},
        {"write_off_amount": 75, "payment_made": 0, "credits_applied": 0},
        {"write_off_amount": 115, "payment_made": 0, "credits_applied": None},
        {},
    ],
    ids=["it shows one", "some is left", "it shows nothing of credits", "nothing is settled"],
)
def test_an_older_credit_counts_where_the_invoice_does_not_rule_it_out(
    desk: Desk, newest: Fields
) -> None:
    invoice_and_note(desk, **newest)

    assert asked(desk.happens("credit_note", applied(20))) == ALLOCATION


def test_an_older_payment_is_not_set_against_an_invoice_that_is_written_off_whole_since(
    desk: Desk,
) -> None:
    invoice_and_note(desk, write_off_amount=115, payment_made=0, credits_applied=0)

    assert asked(desk.happens("customer_payment", payment(updated_time=at(20)))) == []
