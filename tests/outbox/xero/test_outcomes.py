"""What an answer of Xero's means for a command: one row of the table, one test."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from clients.xero.answers import Answer, read
from outbox.xero.batches import Batch, Ready, assemble
from outbox.xero.outcomes import ZERO, Verdict, classify, judge
from outbox.xero.routes import CHANGES, CREATES

ID = "11111111-1111-1111-1111-111111111111"


def invoices(*numbers: str, total: str = "10") -> Batch:
    ready = [
        Ready(
            id=place,
            kind="invoice.put",
            key=f"invoice:{place}",
            body={"Type": "ACCREC", "InvoiceNumber": number},
            expected={"total": total},
            xero_id=None,
            looked=False,
        )
        for place, number in enumerate(numbers)
    ]
    return assemble(CREATES["invoice.put"], ready, {})


def ok(*rows: Mapping[str, Any]) -> Answer:
    return Answer(200, {"Invoices": list(rows)})


def row(number: str, **more: Any) -> dict[str, Any]:
    return {"InvoiceID": ID, "Type": "ACCREC", "InvoiceNumber": number, "Total": "10.00", **more}


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(None, failure="never_left"), "not_sent"),
        (Answer(None, failure="lost"), "ambiguous"),
        (Answer(200, {}), "applied"),
        (Answer(200, None), "ambiguous"),
        (Answer(400, {}), "refused"),
        (Answer(400, text="Idempotency Key: k is used with a different request."), "ambiguous"),
        (Answer(401), "not_sent"),
        (Answer(403), "not_sent"),
        (Answer(404), "refused"),
        (Answer(408), "ambiguous"),
        (Answer(412), "refused"),
        (Answer(429), "not_sent"),
        (Answer(500), "ambiguous"),
        (Answer(501), "refused"),
        (Answer(502), "ambiguous"),
        (Answer(503), "ambiguous"),
        (Answer(504), "ambiguous"),
        (Answer(302), "ambiguous"),
    ],
)
def test_every_kind_of_answer_is_yes_no_not_sent_or_unclear(answer: Answer, outcome: str) -> None:
    assert classify(answer) == outcome


def test_an_answer_that_is_cut_short_is_no_yes() -> None:
    assert classify(read(200, {}, b'{"Invoices":[{"InvoiceID"')) == "ambiguous"


def test_elements_are_told_apart_by_number_and_not_by_place() -> None:
    answer = ok(row("INV-2", InvoiceID=ID.replace("1", "2")), row("INV-1"))

    verdicts = judge(invoices("INV-1", "INV-2"), answer)

    assert [(v.outcome, v.xero_id, v.number) for v in verdicts] == [
        ("applied", ID, "INV-1"),
        ("applied", ID.replace("1", "2"), "INV-2"),
    ]


def test_one_refused_element_leaves_its_neighbours_alone() -> None:
    refused = row("INV-1", InvoiceID=ZERO, ValidationErrors=[{"Message": "No."}])

    first, second = judge(invoices("INV-1", "INV-2"), ok(refused, row("INV-2")))

    assert (first.outcome, second.outcome) == ("refused", "applied")


@pytest.mark.parametrize(
    "flaw",
    [
        {"InvoiceID": ZERO},
        {"StatusAttributeString": "ERROR"},
        {"HasErrors": True},
        {"HasValidationErrors": True},
        {"ValidationErrors": [{"Description": "No."}]},
    ],
)
def test_an_element_with_a_flaw_in_a_200_is_a_refusal(flaw: Mapping[str, Any]) -> None:
    (verdict,) = judge(invoices("INV-1"), ok(row("INV-1", **flaw)))

    assert verdict.outcome == "refused"


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_element_without_an_id_or_an_error_is_neither_yes_nor_no(nothing: object) -> None:
    (verdict,) = judge(invoices("INV-1"), ok(row("INV-1", InvoiceID=nothing)))

    assert (verdict.outcome, verdict.xero_id) == ("ambiguous", None)


def test_ids_are_the_same_in_any_letters() -> None:
    loud = json.dumps({"Invoices": [row("INV-1", InvoiceID="ABCDEF12" + ID[8:])]}).encode()

    (verdict,) = judge(invoices("INV-1"), read(200, {}, loud))

    assert verdict.xero_id == "abcdef12" + ID[8:]


def test_a_change_that_is_refused_under_zeros_for_its_id_is_refused() -> None:
    ids = [ID.replace("1", digit) for digit in "123"]
    ready = [
        Ready(place, "invoice.put", f"invoice:{place}", {"InvoiceNumber": "I"}, {}, xero_id, False)
        for place, xero_id in enumerate(ids)
    ]
    refused = {"InvoiceID": ZERO, "ValidationErrors": [{"Message": "It has a payment."}]}

    batch = assemble(CHANGES["invoice.put"], ready, {})
    verdicts = judge(batch, ok(refused, {"InvoiceID": ids[1]}, refused))

    assert [v.outcome for v in verdicts] == ["refused", "applied", "refused"]


def test_money_that_xero_takes_in_another_currency_is_shown_with_both() -> None:
    """A bank charge of a payment in euros, spent from an account in dollars."""
    charge = Ready(
        1,
        "bank_charge.create",
        "k",
        {"Reference": "r"},
        {"total": "10", "currency": "EUR"},
        None,
        True,
    )
    spent = {"BankTransactionID": ID, "Reference": "r", "Total": "10.00", "CurrencyCode": "CAD"}

    batch = assemble(CREATES["bank_charge.create"], [charge], {})
    [verdict] = judge(batch, Answer(200, {"BankTransactions": [spent]}))

    assert (verdict.outcome, verdict.cause) == ("applied", "total_differs")
    assert verdict.message is not None
    assert "10.00 CAD" in verdict.message
    assert "10 EUR" in verdict.message


def test_an_element_that_the_answer_leaves_out_is_unclear() -> None:
    first, second = judge(invoices("INV-1", "INV-2"), ok(row("INV-2")))

    assert (first.outcome, second.outcome) == ("ambiguous", "applied")


def test_somebody_elses_element_is_not_taken_for_ours() -> None:
    (verdict,) = judge(invoices("INV-1"), ok(row("INV-9")))

    assert verdict.outcome == "ambiguous"


def test_a_total_that_xero_computes_otherwise_is_shown_with_both_totals() -> None:
    (verdict,) = judge(invoices("INV-1", total="10.01"), ok(row("INV-1")))

    assert verdict == Verdict(
        0,
        "applied",
        ID,
        "INV-1",
        cause="total_differs",
        message="Xero's total is 10.00, Zoho's is 10.01: compare the two documents.",
    )


def test_a_request_refused_whole_is_split_so_that_each_gets_its_own_answer() -> None:
    verdicts = judge(invoices("INV-1", "INV-2"), Answer(400, {"Message": "Bad"}))

    assert [(v.outcome, v.cause) for v in verdicts] == [("not_sent", "split")] * 2


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("The document date cannot be before the period lock date", "xero:lock_date"),
        ("The contact with the specified details has been archived.", "xero:archived"),
        ("Invoice # must be unique.", "xero:number_taken"),
        ("Payment amount exceeds the amount outstanding on this document", "xero:overpaid"),
        ("The TaxType code 'X' cannot be used with account code '2'.", "xero:tax"),
        ("Something new", "xero:refused"),
    ],
)
def test_a_refusal_is_grouped_by_its_cause_and_keeps_xeros_words(said: str, cause: str) -> None:
    body = {"Elements": [{"ValidationErrors": [{"Message": said}]}]}

    (verdict,) = judge(invoices("INV-1"), Answer(400, body))

    assert verdict.cause == cause
    assert said.rstrip(".") in str(verdict.message)


def test_a_document_that_is_gone_from_xero_is_never_made_again() -> None:
    ready = Ready(1, "invoice.void", "invoice:1", {"Status": "VOIDED"}, {}, ID, looked=False)

    (verdict,) = judge(assemble(CHANGES["invoice.void"], [ready], {}), Answer(404))

    assert (verdict.outcome, verdict.cause) == ("refused", "xero:gone")
