"""Xero's refusals by their published texts: the kind of each, and what a person is told to do."""

import pytest

from outbox.xero.refusals import explain

# Xero's texts as its documents and its users' reports give them.
TEXTS = [
    ("The document date cannot be before the period lock date, currently set at", "lock_date"),
    ("The document date cannot be before the end of year lock date, currently set at", "lock_date"),
    (
        "The contact with the specified contact details has been archived.",
        "archived",
    ),
    (
        "The specified contact details matched an archived contact.",
        "archived",
    ),
    ("Invoice # must be unique.", "number_taken"),
    ("Credit Note # must be unique.", "number_taken"),
    (
        "The contact name Acme is already assigned to another contact.",
        "name_taken",
    ),
    (
        "Another contact has this contact number. Please enter a different contact number.",
        "name_taken",
    ),
    ("Email address must be valid", "email"),
    (
        "This document cannot be edited as it has a payment or credit note allocated to it.",
        "has_payments",
    ),
    ("Payment amount exceeds the amount outstanding on this document", "overpaid"),
    ("Credit Note cannot be allocated as amount is greater than amount outstanding", "overpaid"),
    ("The TaxType code 'OUTPUT2' cannot be used with account code '200'.", "tax"),
    ("Organisation is not subscribed to currency EUR", "currency"),
    ("Account could not be found", "account"),
    ("Account code '999' is not a valid code for this document.", "account"),
    (
        "This payment cannot be deleted as it has been reconciled with a Bank Statement.",
        "reconciled",
    ),
    ("An existing Invoice with the specified InvoiceID could not be found", "gone"),
    ("Invoice not of valid status for modification", "status"),
    ("Payments can only be made against Authorised documents", "status"),
]


@pytest.mark.parametrize(("text", "kind"), TEXTS)
def test_e2_a_refusal_of_xeros_is_sorted_and_shown_with_what_to_do(text: str, kind: str) -> None:
    cause, reason = explain(text)

    assert cause == f"xero:{kind}"
    assert reason.startswith(f"Xero says: {text.rstrip('.')}. ")


def test_e2_a_refusal_that_nobody_knows_is_shown_as_it_is() -> None:
    cause, reason = explain("The moon is in the wrong quarter.")

    assert cause == "xero:refused"
    assert "The moon is in the wrong quarter." in reason


def test_e2_upper_and_lower_case_make_no_difference() -> None:
    assert explain("INVOICE # MUST BE UNIQUE.")[0] == explain("Invoice # must be unique.")[0]
