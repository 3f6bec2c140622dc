"""Payments and refunds: what may be paid, and that a payment is only ever deleted."""

from typing import Any

import pytest

from tests.sandbox.xero_desk import Desk, Json, only, refusals

TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"
NOT_APPROVED = "Payments can only be made against Authorised documents"
ONLY_STATUS = "Only Status accepted for updates."


async def delete(xero: Desk, payment: Json, **more: Any) -> Any:
    return await xero.post(f"/Payments/{payment['PaymentID']}", {"Status": "DELETED", **more})


# amounts paid one after the other, AmountPaid, AmountDue, Status
@pytest.mark.parametrize(
    ("amounts", "paid", "due", "status"),
    [
        ([40], 40, 60, "AUTHORISED"),
        ([40, 60], 100, 0, "PAID"),
        ([100], 100, 0, "PAID"),
    ],
)
async def test_payments_add_up_on_their_invoice(
    xero: Desk, amounts: list[int], paid: int, due: int, status: str
) -> None:
    invoice = await xero.invoice(await xero.contact())
    for amount in amounts:
        await xero.pay(invoice, amount, Reference=f"P-{amount}")

    after = await xero.now(invoice)

    assert (after["AmountPaid"], after["AmountDue"], after["Status"]) == (paid, due, status)
    assert [each["Reference"] for each in after["Payments"]] == [f"P-{each}" for each in amounts]


async def test_a_repeated_payment_is_a_second_one_until_nothing_is_due(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())

    answers = [await xero.pay(invoice, 50, Reference="P-1") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 400]
    assert refusals(answers[2]) == [NOT_APPROVED, TOO_MUCH]


async def test_a_deleted_payment_gives_the_invoice_back(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())
    payment = only(await xero.pay(invoice, 100), "Payments")

    deleted = only(await delete(xero, payment), "Payments")

    after = await xero.now(invoice)
    assert deleted["Status"] == "DELETED"
    assert (after["Status"], after["AmountDue"], after["Payments"]) == ("AUTHORISED", 100, [])
    assert refusals(await delete(xero, payment)) == ["This payment has already been deleted."]


@pytest.mark.parametrize(
    "change", [{"Amount": 50}, {"Status": "DELETED", "Reference": "x"}, {"Status": "AUTHORISED"}]
)
async def test_a_payment_is_never_changed(xero: Desk, change: Json) -> None:
    invoice = await xero.invoice(await xero.contact())
    payment = only(await xero.pay(invoice, 100), "Payments")

    answer = await xero.post(f"/Payments/{payment['PaymentID']}", change)

    assert refusals(answer) == [ONLY_STATUS]


async def test_a_deletion_may_come_wrapped(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())
    payment = only(await xero.pay(invoice, 100), "Payments")
    body = {"Payments": [{"PaymentID": payment["PaymentID"], "Status": "DELETED"}]}

    answer = await xero.post(f"/Payments/{payment['PaymentID']}", body)

    assert only(answer, "Payments")["Status"] == "DELETED"


async def test_a_reconciled_payment_stays(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())
    payment = only(await xero.pay(invoice, 100), "Payments")
    edit = {"table": "payments", "id": payment["PaymentID"], "set": {"IsReconciled": True}}
    await xero.control("settings", {"edit": edit})

    assert "reconciled" in refusals(await delete(xero, payment))[0]


@pytest.mark.parametrize(
    ("payment", "sentence"),
    [
        ({"Amount": 100.01}, TOO_MUCH),
        ({"Amount": 0}, "Payment amounts must be positive amounts"),
        ({"Amount": -5}, "Payment amounts must be positive amounts"),
        ({"Account": {"Code": "999"}}, "Account could not be found"),
        ({"Account": {}}, "Account could not be found"),
        ({"Account": {"Code": "200"}}, "must be a bank account, or be enabled for payments"),
        ({"Account": {"Code": "499"}}, "must be a bank account, or be enabled for payments"),
        ({"Date": "2026-05-01"}, "The document date cannot be before the period lock date"),
        ({"Invoice": {}}, "An existing Invoice with the specified InvoiceID could not be found"),
        ({"CreditNote": {"CreditNoteNumber": "x"}}, "must name exactly one"),
        ({"Status": "DELETED"}, "can only be created with the status AUTHORISED"),
    ],
)
async def test_a_payment_that_doesn_t_pass(xero: Desk, payment: Json, sentence: str) -> None:
    await xero.control("settings", {"period_lock_date": "2026-05-31"})
    invoice = await xero.invoice(await xero.contact())
    body = {
        "Invoice": {"InvoiceID": invoice["InvoiceID"]},
        "Account": {"Code": "090"},
        "Amount": 100,
        **payment,
    }

    answer = await xero.put("/Payments", {"Payments": [body]})

    assert any(sentence in each for each in refusals(answer))


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
async def test_only_approved_invoices_are_paid(xero: Desk, status: str) -> None:
    invoice = await xero.invoice(await xero.contact(), Status=status)

    assert refusals(await xero.pay(invoice, 10)) == [NOT_APPROVED]


async def test_an_account_enabled_for_payments_takes_them(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())

    assert (await xero.pay(invoice, 10, Account={"Code": "640"})).status_code == 200


async def test_put_takes_many_payments_and_post_one(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())
    one = {
        "Invoice": {"InvoiceID": invoice["InvoiceID"]},
        "Account": {"Code": "090"},
        "Amount": 10,
    }

    many = {"Payments": [one, one]}

    assert (await xero.post("/Payments", many)).status_code == 400
    assert (await xero.put("/Payments", many)).status_code == 200
    assert (await xero.post("/Payments", one)).status_code == 200
    assert (await xero.now(invoice))["AmountPaid"] == 30


# the invoice's currency, the account, what is sent beside 73.00, BankAmount
@pytest.mark.parametrize(
    ("account", "more", "bank"),
    [
        ("090", {}, 100.0),  # at the day's rate of 0.73
        ("090", {"CurrencyRate": 0.8}, 91.25),
        ("090", {"BankAmount": 99}, 99.0),
        ("092", {}, 73.0),  # an account in dollars
    ],
)
async def test_a_foreign_payment_moves_the_account_s_own_currency(
    xero: Desk, account: str, more: Json, bank: float
) -> None:
    invoice = await xero.invoice(await xero.contact(), CurrencyCode="USD")

    payment = only(await xero.pay(invoice, 73, Account={"Code": account}, **more), "Payments")

    assert (payment["Amount"], payment["BankAmount"]) == (73.0, bank)


@pytest.mark.parametrize(
    ("kind", "account", "payment_type", "carrier"),
    [
        ("ACCRECCREDIT", "200", "ARCREDITPAYMENT", "CreditNote"),
        ("ACCPAYCREDIT", "310", "APCREDITPAYMENT", "Invoice"),
    ],
)
async def test_a_refund_is_a_payment_of_a_credit_note(
    xero: Desk, kind: str, account: str, payment_type: str, carrier: str
) -> None:
    line = {"Description": "Back", "Quantity": 1, "UnitAmount": 50, "AccountCode": account}
    note = await xero.credit_note(await xero.contact(), Type=kind, LineItems=[line])
    refund = {
        "CreditNote": {"CreditNoteID": note["CreditNoteID"]},
        "Account": {"Code": "090"},
        "Amount": 50,
    }

    made = only(await xero.put("/Payments", {"Payments": [refund]}), "Payments")
    path = f"/CreditNotes/{note['CreditNoteID']}"
    after = only(await xero.get(path), "CreditNotes")

    assert made["PaymentType"] == payment_type
    assert made[carrier]["Type"] == kind
    assert (after["Status"], after["RemainingCredit"]) == ("PAID", 0)
    assert refusals(await xero.put("/Payments", {"Payments": [refund]})) == [NOT_APPROVED, TOO_MUCH]

    await delete(xero, made)

    assert only(await xero.get(path), "CreditNotes")["RemainingCredit"] == 50


async def test_a_payment_is_found_by_its_reference(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())
    for number in range(3):
        await xero.pay(invoice, 10, Reference=f"ZI-{number}")
    by_invoice = f'Invoice.InvoiceID==guid("{invoice["InvoiceID"]}")'

    found = await xero.get("/Payments", where='Reference=="ZI-1" AND Status=="AUTHORISED"')

    assert only(found, "Payments")["Reference"] == "ZI-1"
    assert len((await xero.get("/Payments", where=by_invoice)).json()["Payments"]) == 3
