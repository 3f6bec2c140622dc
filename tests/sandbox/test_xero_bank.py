"""Bank transactions and notes: a total above zero, and nothing once the bank has seen it."""

from typing import Any

import pytest

from tests.sandbox.xero_desk import Desk, Json, only, refusals

RECONCILED = (
    "This Bank Transaction cannot be edited as it has been reconciled with a Bank Statement."
)
CHARGE = {"Description": "Bank charge", "Quantity": 1, "UnitAmount": 1.25, "AccountCode": "404"}


async def a_charge(xero: Desk, **more: Any) -> Json:
    return {
        "Type": "SPEND",
        "Contact": {"ContactID": await xero.contact()},
        "BankAccount": {"Code": "090"},
        "Date": "2026-06-01",
        "Reference": "P-1 fee",
        "LineItems": [CHARGE],
        **more,
    }


async def put(xero: Desk, transaction: Json) -> Any:
    return await xero.put("/BankTransactions", {"BankTransactions": [transaction]})


async def post(xero: Desk, transaction: Json, **changes: Any) -> Any:
    return await xero.post(f"/BankTransactions/{transaction['BankTransactionID']}", changes)


async def test_amounts_include_tax_unless_it_is_said_otherwise(xero: Desk) -> None:
    line = {**CHARGE, "AccountCode": "429", "UnitAmount": 115}

    made = only(await put(xero, await a_charge(xero, LineItems=[line])), "BankTransactions")

    assert made["LineAmountTypes"] == "Inclusive"
    assert (made["SubTotal"], made["TotalTax"], made["Total"]) == (100, 15, 115)


async def test_a_charge_is_edited_and_deleted_until_it_is_reconciled(xero: Desk) -> None:
    made = only(await put(xero, await a_charge(xero)), "BankTransactions")

    edited = only(await post(xero, made, Reference="other"), "BankTransactions")
    assert (edited["Reference"], edited["Total"]) == ("other", 1.25)

    edit = {"table": "bank_transactions", "id": made["BankTransactionID"]}
    await xero.control("settings", {"edit": {**edit, "set": {"IsReconciled": True}}})
    assert refusals(await post(xero, made, Reference="again")) == [RECONCILED]
    assert refusals(await post(xero, made, Status="DELETED")) == [RECONCILED]

    await xero.control("settings", {"edit": {**edit, "set": {"IsReconciled": False}}})
    assert only(await post(xero, made, Status="DELETED"), "BankTransactions")["Status"] == "DELETED"
    assert (await post(xero, made, Reference="dead")).status_code == 400


async def test_it_takes_the_currency_of_its_bank_account(xero: Desk) -> None:
    foreign = await a_charge(xero, BankAccount={"Code": "092"}, CurrencyCode="EUR")

    assert only(await put(xero, foreign), "BankTransactions")["CurrencyCode"] == "USD"


async def test_nothing_keeps_a_second_one_away(xero: Desk) -> None:
    charge = await a_charge(xero)

    assert [(await put(xero, charge)).status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"BankAccount": {"Code": "200"}}, "must be an active account of the type BANK"),
        ({"BankAccount": {"Code": "640"}}, "must be an active account of the type BANK"),
        ({"Contact": {}}, "The Contact must contain at least 1"),
        ({"LineItems": []}, "One or more line items must be specified"),
        ({"LineItems": [{**CHARGE, "Quantity": 0}]}, "Quantity must be greater than zero"),
        ({"LineItems": [{**CHARGE, "UnitAmount": -1}]}, "must be greater than zero"),
        ({"LineItems": [{**CHARGE, "TaxAmount": 1}]}, "must equal the calculated tax amount"),
        ({"Status": "VOIDED"}, "The status 'VOIDED' cannot be applied to the document"),
        ({"Date": "2026-05-31"}, "The document date cannot be before the period lock date"),
    ],
)
async def test_a_charge_that_doesn_t_pass(xero: Desk, change: Json, sentence: str) -> None:
    await xero.control("settings", {"period_lock_date": "2026-05-31"})

    answer = await put(xero, await a_charge(xero, **change))

    assert any(sentence in each for each in refusals(answer))


async def test_overpayments_are_not_played_and_say_so(xero: Desk) -> None:
    answer = await put(xero, await a_charge(xero, Type="RECEIVE-OVERPAYMENT"))

    assert answer.status_code == 501


async def test_a_charge_is_found_by_its_reference(xero: Desk) -> None:
    made = only(await put(xero, await a_charge(xero)), "BankTransactions")
    where = f'Reference=="P-1 fee" AND BankAccount.AccountID==guid("{bank(made)}")'

    found = only(await xero.get("/BankTransactions", where=where, page=1), "BankTransactions")

    assert found["BankTransactionID"] == made["BankTransactionID"]
    assert found["LineItems"][0]["Description"] == "Bank charge"


async def test_a_filter_may_be_blind(xero: Desk) -> None:
    await put(xero, await a_charge(xero))
    await xero.control("settings", {"blind_filters": ["BankTransactions.Reference"]})

    by_reference = await xero.get("/BankTransactions", where='Reference=="P-1 fee"')
    by_type = await xero.get("/BankTransactions", where='Type=="SPEND"')

    assert by_reference.json()["BankTransactions"] == []
    assert len(by_type.json()["BankTransactions"]) == 1


def bank(transaction: Json) -> str:
    return str(transaction["BankAccount"]["AccountID"])


async def test_a_note_is_kept_on_its_document(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())
    path = f"/Invoices/{invoice['InvoiceID']}/History"

    await xero.put(path, {"HistoryRecords": [{"Details": "From the shop"}]})

    (note,) = (await xero.get(path)).json()["HistoryRecords"]
    assert (note["Details"], note["User"]) == ("From the shop", "System Generated")


@pytest.mark.parametrize("details", ["", "x" * 2501])
async def test_a_note_has_up_to_2500_characters(xero: Desk, details: str) -> None:
    invoice = await xero.invoice(await xero.contact())
    path = f"/Invoices/{invoice['InvoiceID']}/History"

    assert refusals(await xero.put(path, {"HistoryRecords": [{"Details": details}]}))


async def test_a_note_needs_a_document_of_its_endpoint(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())
    path = f"/Payments/{invoice['InvoiceID']}/History"

    answer = await xero.put(path, {"HistoryRecords": [{"Details": "x"}]})

    assert refusals(answer) == [
        "The document with the supplied id was not found for this endpoint."
    ]
