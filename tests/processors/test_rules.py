"""The rule table: complete, in the requirements' order, and told truly on its page."""

from dataclasses import replace
from pathlib import Path

import pytest

from processors.plans.entities import MAIN_KINDS, PLANS, WANTED
from processors.rules import RULES
from processors.sync_rules import page
from processors.things import KINDS
from tests.house import HOUSE
from tests.processors.desk import Desk, told
from tests.processors.zoho import BOOKS, invoice, payment
from tests.processors.zoho_bills import bill, vendor_payment
from tests.processors.zoho_credits import credit_note, vendor_credit

# The rows of the requirements that restrict an action, and the conditions that say so.
RESTRICTIONS = {
    "contact.create": {"is_unused"},
    "contact.remove": {"is_kept"},
    "invoice.create": {"is_draft"},
    "invoice.update": {"is_draft", "has_payments", "has_credits", "is_written_off"},
    "invoice.remove": {"has_credits", "is_written_off"},
    "bill.create": {"is_draft"},
    "bill.update": {"is_draft", "has_payments", "has_credits"},
    "bill.remove": {"has_credits"},
    "credit_note.create": {"is_draft"},
    "credit_note.update": {"is_draft"},
    "credit_note.remove": {"is_applied"},
    "vendor_credit.create": {"is_draft"},
    "vendor_credit.update": {"is_draft"},
    "vendor_credit.remove": {"is_applied"},
}


def test_every_action_of_the_table_has_a_plan_and_every_plan_a_row() -> None:
    assert PLANS.keys() == RULES.keys()


def test_the_rows_stand_in_the_requirements_order() -> None:
    numbers = [int(rule.id.partition(" ")[0].removeprefix("A")) for rule in RULES.values()]

    assert numbers == sorted(numbers)


@pytest.mark.parametrize("action", RULES)
def test_a_row_has_exactly_its_restrictions(action: str) -> None:
    codes = {condition.code for condition in RULES[action].withheld_if}

    assert codes == RESTRICTIONS.get(action, set())


def test_every_kind_of_thing_can_be_made_changed_and_removed() -> None:
    kinds = {action.partition(".")[0] for action in RULES}

    assert RULES.keys() == {f"{k}.{v}" for k in kinds for v in ("create", "update", "remove")}
    assert kinds <= set(KINDS)
    assert set(MAIN_KINDS.values()) <= kinds
    assert WANTED.keys() == MAIN_KINDS.keys()


SWITCHED = {
    "invoices_and_payments": [("invoice", invoice()), ("customer_payment", payment())],
    "credit_notes": [("credit_note", credit_note())],
    "bills_and_payments": [("bill", bill()), ("vendor_payment", vendor_payment())],
    "debit_notes": [("vendor_credit", vendor_credit())],
}


@pytest.mark.parametrize("switch", SWITCHED)
def test_c4_c5_a_switch_governs_its_documents_and_no_others(switch: str) -> None:
    desk = Desk(replace(BOOKS, exports=BOOKS.exports - {switch}))
    for name, documents in SWITCHED.items():
        for entity, fields in documents:
            outcomes = {code for _, _, code in told(desk.happens(entity, fields))}

            assert outcomes == ({"export_is_off"} if name == switch else {None}), entity


def test_the_page_for_people_is_current() -> None:
    written = Path(HOUSE, "docs/sync-rules.md").read_text(encoding="utf-8")

    assert written == page(), "run `make rules`"
