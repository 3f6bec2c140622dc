"""Documents look as recorded ones do."""

import re

from tests.sandbox.zoho_desk import BANK, GROUP, HST, Desk

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}")


async def test_ids_are_texts_too_long_for_a_float(zoho: Desk) -> None:
    invoice = await zoho.invoice(await zoho.contact())

    assert isinstance(invoice["invoice_id"], str)
    assert len(invoice["invoice_id"]) == 19


async def test_what_is_missing_is_an_empty_text(zoho: Desk) -> None:
    contact = await zoho.read(f"/contacts/{await zoho.contact()}", "contact")
    payment = await zoho.pay(contact["contact_id"], 10)

    assert (contact["first_name"], contact["email"], contact["exchange_rate"]) == ("", "", "")
    assert contact["contact_persons"] == []
    assert payment["bank_charges_account_id"] == ""


async def test_times_are_the_organisations_with_an_offset_without_colon(zoho: Desk) -> None:
    invoice = await zoho.invoice(await zoho.contact())

    assert invoice["last_modified_time"] == "2026-06-15T12:00:00-0400"


async def test_a_list_writes_the_same_instant_in_another_way(zoho: Desk) -> None:
    invoice = await zoho.invoice(await zoho.contact())

    row = (await zoho.get("/invoices"))["invoices"][0]

    assert STAMP.fullmatch(row["last_modified_time"])
    assert row["last_modified_time"] == "2026-06-15T16:00:00+0000"
    assert "line_items" not in row
    assert row["invoice_id"] == invoice["invoice_id"]


async def test_a_customers_payment_has_an_updated_time_in_detail_alone(zoho: Desk) -> None:
    payment = await zoho.pay(await zoho.contact(), 10)
    row = (await zoho.get("/customerpayments"))["customerpayments"][0]

    assert "last_modified_time" not in payment
    assert payment["updated_time"] == "2026-06-15T12:00:00-0400"
    assert "last_modified_time" in row


async def test_the_invoices_link_is_another_at_each_read(zoho: Desk) -> None:
    invoice = await zoho.invoice(await zoho.contact())
    path = f"/invoices/{invoice['invoice_id']}"

    links = {(await zoho.read(path, "invoice"))["invoice_url"] for _ in range(2)}

    assert len(links) == 2


async def test_a_group_stands_on_the_line_and_its_parts_below_it(zoho: Desk) -> None:
    invoice = await zoho.invoice(await zoho.contact(), {"rate": 200, "tax_id": GROUP})
    (line,) = invoice["line_items"]

    assert (line["tax_id"], line["tax_type"]) == (GROUP, "tax_group")
    assert [part["tax_name"] for part in line["line_item_taxes"]] == ["GST (5%)", "QST (9.975%)"]
    assert [str(row["tax_amount"]) for row in invoice["taxes"]] == ["10", "19.95"]
    assert "tax_id" not in invoice["taxes"][0]  # in bills it is there


async def test_a_bills_taxes_name_their_ids(zoho: Desk) -> None:
    bill = await zoho.bill(await zoho.vendor(), {"rate": 10, "tax_id": HST})

    assert bill["taxes"][0]["tax_id"] == HST


async def test_amounts_have_twins_for_people(zoho: Desk) -> None:
    invoice = await zoho.invoice(await zoho.contact(), {"rate": 1234.5})

    assert invoice["total_formatted"] == "$1,234.50"
    assert invoice["date_formatted"] == "15 Jun 2026"
    assert invoice["status_formatted"] == "Sent"


async def test_a_share_off_reads_back_as_a_percentage_text(zoho: Desk) -> None:
    invoice = await zoho.invoice(await zoho.contact(), {"rate": 50, "discount": "10%"})
    (line,) = invoice["line_items"]

    assert (line["discount"], line["discount_amount"], line["item_total"]) == ("10.00%", 5, 45)


async def test_a_contact_mirrors_its_primary_person(zoho: Desk) -> None:
    persons = [
        {"first_name": "Ann", "email": "ann@example.com"},
        {"first_name": "Bo", "email": "bo@example.com", "is_primary_contact": True},
    ]
    customer = await zoho.contact(contact_persons=persons, email="ignored@example.com")

    contact = await zoho.read(f"/contacts/{customer}", "contact")

    assert (contact["first_name"], contact["email"]) == ("Bo", "bo@example.com")
    assert contact["primary_contact_id"] == contact["contact_persons"][1]["contact_person_id"]


async def test_a_payment_names_its_account_and_its_shares(zoho: Desk) -> None:
    customer = await zoho.contact()
    invoice = await zoho.invoice(customer)

    payment = await zoho.pay(
        customer, 130, (invoice["invoice_id"], 100), account_id=BANK, bank_charges="1.25"
    )

    assert payment["account_name"] == "Operating Account"
    assert (payment["unused_amount"], str(payment["bank_charges"])) == (30, "1.25")
    (share,) = payment["invoices"]
    assert (share["amount_applied"], share["total"], share["balance"]) == (100, 100, 0)
    assert share["invoice_payment_id"] != payment["payment_id"]
