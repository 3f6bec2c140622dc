"""Changing documents: the status machine, what stays editable, and lines as a replacement set."""

from typing import Any

import pytest

from tests.sandbox.xero_desk import LINE, Desk, Json, only, refusals

NOT_MODIFIABLE = "Invoice not of valid status for modification"
ALLOCATED = "This document cannot be edited as it has a payment or credit note allocated to it."
STATUSES = ("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED")


async def post(xero: Desk, invoice: Json, **changes: Any) -> Any:
    return await xero.post(f"/Invoices/{invoice['InvoiceID']}", changes)


async def in_status(xero: Desk, status: str) -> Json:
    """Bring a new invoice to a status by the ways that lead there."""
    born = {"VOIDED": "AUTHORISED", "PAID": "AUTHORISED", "DELETED": "DRAFT"}.get(status, status)
    invoice = await xero.invoice(await xero.contact(), Status=born)
    if status == "PAID":
        await xero.pay(invoice, 100)
    elif status != born:
        await post(xero, invoice, Status=status)
    return invoice


# Which status may follow which (Xero: status codes).
@pytest.mark.parametrize(
    ("old", "allowed"),
    [
        ("DRAFT", {"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"}),
        ("SUBMITTED", {"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"}),
        ("AUTHORISED", {"AUTHORISED", "VOIDED"}),
        ("PAID", {"PAID"}),
        ("VOIDED", set()),
        ("DELETED", set()),
    ],
)
@pytest.mark.parametrize("new", STATUSES)
async def test_a_status_follows_another(xero: Desk, old: str, allowed: set[str], new: str) -> None:
    invoice = await in_status(xero, old)

    answer = await post(xero, invoice, Status=new)

    assert (answer.status_code == 200) is (new in allowed)
    if new not in allowed:
        assert refusals(answer)[0] == NOT_MODIFIABLE


async def test_a_void_needs_everything_applied_taken_off(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())
    payment = only(await xero.pay(invoice, 40), "Payments")

    assert refusals(await post(xero, invoice, Status="VOIDED")) == [NOT_MODIFIABLE, ALLOCATED]

    await xero.post(f"/Payments/{payment['PaymentID']}", {"Status": "DELETED"})

    voided = only(await post(xero, invoice, Status="VOIDED"), "Invoices")
    assert (voided["Status"], voided["AmountDue"]) == ("VOIDED", 0)


async def test_a_locked_document_is_neither_edited_nor_voided(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())
    await xero.control("settings", {"period_lock_date": "2026-06-10"})

    edit = await post(xero, invoice, Reference="new", Date="2026-06-12")
    void = await post(xero, invoice, Status="VOIDED")

    assert "period lock date" in refusals(edit)[0]
    assert "period lock date" in refusals(void)[0]


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ({"Reference": "new"}, True),
        ({"DueDate": "2026-08-01"}, True),
        ({"InvoiceNumber": "INV-9"}, True),
        ({"Url": "https://shop.example/1"}, True),
        ({"LineItems": [{"Description": "Other words"}]}, True),
        ({"LineItems": [{"AccountCode": "260"}]}, True),
        ({"LineItems": [{"UnitAmount": 90}]}, False),
        ({"LineItems": [{"TaxType": "OUTPUT"}]}, False),
        ({"LineItems": []}, False),
        ({"Date": "2026-06-02"}, False),
        ({"LineAmountTypes": "Inclusive"}, False),
        ({"CurrencyCode": "USD"}, False),
    ],
)
@pytest.mark.parametrize("paid", [40, 115])
async def test_with_something_applied_only_a_few_things_stay_editable(
    xero: Desk, change: dict[str, Any], allowed: bool, paid: int
) -> None:
    invoice = await xero.invoice(await xero.contact(), LineAmountTypes="Exclusive")
    await xero.pay(invoice, paid)
    if change.get("LineItems"):
        line_id = invoice["LineItems"][0]["LineItemID"]
        change = {"LineItems": [{"LineItemID": line_id, **change["LineItems"][0]}]}

    answer = await post(xero, invoice, **change)

    assert (answer.status_code == 200) is allowed
    if not allowed:
        assert ALLOCATED in refusals(answer)


async def test_the_contact_of_a_paid_invoice_may_change_but_not_of_a_credited_one(
    xero: Desk,
) -> None:
    contact, other = await xero.contact(), await xero.contact("Other")
    paid, credited = await xero.invoice(contact), await xero.invoice(contact)
    await xero.pay(paid, 40)
    await xero.allocate(await xero.credit_note(contact), credited, 40)

    change = {"Contact": {"ContactID": other}}

    assert (await post(xero, paid, **change)).status_code == 200
    assert refusals(await post(xero, credited, **change)) == [ALLOCATED]


async def test_lines_that_are_sent_replace_the_set(xero: Desk) -> None:
    lines = [{**LINE, "Description": name} for name in ("a", "b")]
    invoice = await xero.invoice(await xero.contact(), LineItems=lines)
    kept = invoice["LineItems"][0]["LineItemID"]
    sent = [{"LineItemID": kept, "Quantity": 2}, {**LINE, "Description": "c"}]

    changed = only(await post(xero, invoice, LineItems=sent), "Invoices")

    assert [line["Description"] for line in changed["LineItems"]] == ["a", "c"]
    assert changed["LineItems"][0]["LineItemID"] == kept
    assert changed["Total"] == 300


async def test_a_post_without_lines_leaves_them(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())

    changed = only(await post(xero, invoice, Reference="new"), "Invoices")

    assert changed["LineItems"] == invoice["LineItems"]


async def test_a_line_of_another_document_is_refused(xero: Desk) -> None:
    contact = await xero.contact()
    one, other = await xero.invoice(contact), await xero.invoice(contact)
    line = {"LineItemID": other["LineItems"][0]["LineItemID"], "Quantity": 2}

    assert (
        "could not be found on this document"
        in refusals(await post(xero, one, LineItems=[line]))[0]
    )


async def test_a_number_can_be_changed_to_a_free_one_only(xero: Desk) -> None:
    contact = await xero.contact()
    await xero.invoice(contact, InvoiceNumber="INV-1")
    invoice = await xero.invoice(contact, InvoiceNumber="INV-2")

    assert refusals(await post(xero, invoice, InvoiceNumber="INV-1")) == [
        "Invoice # must be unique."
    ]
    assert (await post(xero, invoice, InvoiceNumber="INV-3")).status_code == 200


async def test_sent_to_contact_is_for_approved_documents(xero: Desk) -> None:
    draft = await xero.invoice(await xero.contact(), Status="DRAFT")

    answer = only(await post(xero, draft, SentToContact=True), "Invoices")

    assert answer["Warnings"] == [
        {"Message": "Only AUTHORISED invoices may have SentToContact updated."}
    ]
    assert answer["SentToContact"] is False


async def test_a_due_date_of_a_part_paid_invoice_changes_in_silence(xero: Desk) -> None:
    invoice = await xero.invoice(await xero.contact())
    await xero.pay(invoice, 40)
    before = (await xero.now(invoice))["UpdatedDateUTC"]
    xero.state.clock.advance(60)

    await post(xero, invoice, DueDate="2026-09-01")
    silent = await xero.now(invoice)
    await post(xero, invoice, Reference="new")

    assert silent["DueDateString"] == "2026-09-01T00:00:00"
    assert silent["UpdatedDateUTC"] == before
    assert (await xero.now(invoice))["UpdatedDateUTC"] != before
