"""What a look-up's answer says of each thing that was asked for: one row is one thing."""

from typing import Any

from outbox.xero.batches import Batch, Ready, assemble
from outbox.xero.lookups import find
from outbox.xero.routes import CREATES


def bills(count: int) -> Batch:
    """Bills of one vendor, number and total."""
    body = {"Type": "ACCPAY", "InvoiceNumber": "V-7", "Contact": {"ContactID": "c"}}
    ready = [
        Ready(place, "bill.put", f"bill:{place}", body, {"total": "10"}, xero_id=None, looked=False)
        for place in range(count)
    ]
    return assemble(CREATES["bill.put"], ready, {})


def row(xero_id: str) -> dict[str, Any]:
    contact = {"ContactID": "c"}
    shown = {"Type": "ACCPAY", "InvoiceNumber": "v-7", "Contact": contact, "Total": 10}
    return {"InvoiceID": xero_id, "Status": "AUTHORISED", **shown}


def test_each_of_two_bills_of_one_number_is_found_as_itself() -> None:
    findings = find(bills(2), {"Invoices": [row("a"), row("b")]})

    assert [each.xero_id for each in findings] == ["a", "b"]


def test_one_row_is_no_proof_of_two_bills() -> None:
    findings = find(bills(2), {"Invoices": [row("a")]})

    assert [(each.result, each.xero_id) for each in findings] == [("found", "a"), ("absent", None)]


def test_what_belongs_to_another_bill_is_not_taken_for_this_one() -> None:
    (finding,) = find(bills(1), {"Invoices": [row("a")]}, {"a"})

    assert finding.result == "absent"
