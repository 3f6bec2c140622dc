"""What a look-up's answer says of each thing that was asked for: one row is one thing."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from clients.xero.answers import Answer
from outbox.xero.batches import Batch, Ready, assemble
from outbox.xero.lookups import find, is_told, path_of
from outbox.xero.routes import CHANGES, CREATES


def bills(count: int, number: str = "V-7") -> Batch:
    """Bills of one vendor, number and total."""
    body = {"Type": "ACCPAY", "InvoiceNumber": number, "Contact": {"ContactID": "c"}}
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


def test_what_has_ended_is_never_taken_for_a_new_one_of_its_number() -> None:
    ended = [row("a") | {"Status": "VOIDED"}, row("b") | {"Status": "DELETED"}]

    (alone,) = find(bills(1), {"Invoices": ended})
    (beside,) = find(bills(1), {"Invoices": [*ended, row("c")]})

    assert (alone.result, beside.result, beside.xero_id) == ("absent", "found", "c")
    assert "voided or deleted document" in str(alone.message)


def void() -> Batch:
    """The end of one document that Xero holds."""
    body = {"Status": "VOIDED"}
    ready = [Ready(0, "invoice.void", "invoice:1", body, {}, xero_id="a", looked=False)]
    return assemble(CHANGES["invoice.void"], ready, {})


def test_a_number_with_a_comma_is_asked_for_as_one() -> None:
    asked = parse_qs(urlsplit(path_of(bills(1, '12,13 "A"'))).query)

    assert asked["where"] == ['InvoiceNumber=="12,13 ""A"""']


def test_whatever_bears_the_number_is_asked_for_at_once() -> None:
    asked = parse_qs(urlsplit(path_of(bills(2))).query)

    assert (asked["InvoiceNumbers"], asked["pageSize"]) == (["V-7"], ["1000"])


@pytest.mark.parametrize(
    ("batch", "answer", "told"),
    [
        (bills(1), Answer(200, {"Invoices": []}), True),
        (bills(1), Answer(200, None, "<html>"), False),
        (bills(1), Answer(200, {"Message": "maintenance"}), False),
        (bills(1), Answer(404, None, "no such page"), False),
        (bills(1), Answer(503), False),
        (void(), Answer(200, {"Invoices": [row("a")]}), True),
        (void(), Answer(404, None, "not found"), True),
        (void(), Answer(200, None, "<html>"), False),
    ],
)
def test_only_xeros_own_word_tells_what_is_there(batch: Batch, answer: Answer, told: bool) -> None:
    assert is_told(batch, answer) is told
