"""Creating invoices and bills: numbers, what is refused, what is filled in."""

from typing import Any

import pytest

from tests.sandbox.xero_desk import LINE, Desk, an_invoice, only, refusals


async def put(xero: Desk, **invoice: Any) -> Any:
    contact = await xero.contact(f"Contact {len(xero.org.books.contacts)}")
    return await xero.put("/Invoices", {"Invoices": [an_invoice(contact, **invoice)]})


async def test_a_sales_number_is_unique_and_a_bill_s_is_not(xero: Desk) -> None:
    await put(xero, InvoiceNumber="INV-1")
    await put(xero, InvoiceNumber="B-1", Type="ACCPAY")

    assert refusals(await put(xero, InvoiceNumber="inv-1")) == ["Invoice # must be unique."]
    assert (await put(xero, InvoiceNumber="B-1", Type="ACCPAY")).status_code == 200
    assert (await put(xero, InvoiceNumber="B-1")).status_code == 200


@pytest.mark.parametrize(("status", "end"), [("AUTHORISED", "VOIDED"), ("DRAFT", "DELETED")])
async def test_the_number_of_a_dead_invoice_stays_taken(xero: Desk, status: str, end: str) -> None:
    invoice = only(await put(xero, InvoiceNumber="INV-1", Status=status), "Invoices")
    await xero.post(f"/Invoices/{invoice['InvoiceID']}", {"Status": end})

    assert refusals(await put(xero, InvoiceNumber="INV-1")) == ["Invoice # must be unique."]


async def test_a_post_overwrites_the_invoice_of_its_number(xero: Desk) -> None:
    contact = await xero.contact()
    first = await xero.invoice(contact, InvoiceNumber="INV-1")
    other = an_invoice(contact, InvoiceNumber="INV-1", Reference="again")

    answer = only(await xero.post("/Invoices", {"Invoices": [other]}), "Invoices")

    assert (answer["InvoiceID"], answer["Reference"]) == (first["InvoiceID"], "again")


async def test_a_post_of_a_bill_s_number_makes_another_bill(xero: Desk) -> None:
    contact = await xero.contact()
    bill = an_invoice(contact, InvoiceNumber="B-1", Type="ACCPAY")
    for _ in range(2):
        assert (await xero.post("/Invoices", {"Invoices": [bill]})).status_code == 200

    assert len(xero.org.books.invoices) == 2


async def test_what_isn_t_sent_is_filled_in(xero: Desk) -> None:
    contact = await xero.contact()
    bare = {"Type": "ACCREC", "Contact": {"ContactID": contact}, "LineItems": [LINE]}

    invoice = only(await xero.put("/Invoices", bare), "Invoices")

    assert invoice["InvoiceNumber"] == "INV-0001"
    assert (invoice["Status"], invoice["LineAmountTypes"]) == ("DRAFT", "Exclusive")
    assert (invoice["CurrencyCode"], invoice["CurrencyRate"]) == ("CAD", 1)
    assert invoice["DateString"] == "2026-06-15T00:00:00"
    assert invoice["LineItems"][0]["TaxType"] == "OUTPUT2"


async def test_today_is_the_organisation_s(xero: Desk) -> None:
    xero.state.clock.advance(10 * 3600)  # 22:00 in Toronto, tomorrow in UTC
    await xero.renew()
    contact = await xero.contact()
    invoice = await xero.invoice(contact)
    bare = {"Type": "ACCREC", "Contact": {"ContactID": contact}, "LineItems": [LINE]}

    drafted = only(await xero.put("/Invoices", bare), "Invoices")

    assert drafted["DateString"] == "2026-06-15T00:00:00"
    assert invoice["Date"] == "/Date(1780272000000+0000)/"


async def test_a_bill_s_reference_is_ignored(xero: Desk) -> None:
    bill = only(await put(xero, Type="ACCPAY", Reference="ours"), "Invoices")
    sale = only(await put(xero, Reference="ours"), "Invoices")

    assert "Reference" not in bill
    assert sale["Reference"] == "ours"


@pytest.mark.parametrize(
    ("invoice", "sentence"),
    [
        ({"CurrencyCode": "GBP"}, "Organisation is not subscribed to currency GBP"),
        ({"Status": "VOID"}, "The status 'VOID' cannot be applied to the document"),
        ({"Status": "PAID"}, "The status 'PAID' cannot be applied to the document"),
        ({"LineItems": []}, "One or more line items must be specified"),
        ({"LineItems": [{**LINE, "UnitAmount": -1}]}, "The document total must not be negative."),
        ({"InvoiceNumber": "x" * 256}, "The InvoiceNumber must have at most 255 characters."),
        ({"InvoiceNumber": "Nº 1"}, "The InvoiceNumber must hold printable ASCII characters only."),
        ({"Url": "/relative"}, "Url must be a valid absolute url"),
        ({"Url": "https://go.xero.com/x"}, "Url must be a valid absolute url"),
        ({"Contact": {}}, "The Contact must contain at least 1 of the following elements"),
        ({"Contact": {"Name": "Acme"}}, "must be given by its ContactID alone"),
        (
            {"Contact": {"ContactID": "7e9a2c54-1d3b-4f60-8a27-c5d0b1e3f6a9"}},
            "A Contact with the specified ContactID could not be found",
        ),
        (
            {"InvoiceID": "7e9a2c54-1d3b-4f60-8a27-c5d0b1e3f6a9"},
            "An existing Invoice with the specified InvoiceID could not be found",
        ),
    ],
)
async def test_an_invoice_that_doesn_t_pass(
    xero: Desk, invoice: dict[str, Any], sentence: str
) -> None:
    assert sentence in refusals(await put(xero, **invoice))[0]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"AccountCode": "999"}, "Account code '999' is not a valid code for this document."),
        ({"AccountCode": "090"}, "Account code '090' is not a valid code for this document."),
        ({"AccountCode": "610"}, "Account code '610' is not a valid code for this document."),
        ({"AccountCode": "800"}, "Account code '800' is not a valid code for this document."),
        ({"AccountCode": "630"}, "Account code '630' is not a valid code for this document."),
        (
            {"AccountCode": "499"},
            (
                "Account code '499' has been archived, or has been deleted. "
                "Each line item must reference a valid account."
            ),
        ),
        (
            {"TaxType": "INPUT2"},
            "The TaxType code 'INPUT2' cannot be used with account code '200'.",
        ),
        (
            {"TaxType": "OUTPUT2", "AccountCode": "429"},
            "The TaxType code 'OUTPUT2' cannot be used with account code '429'.",
        ),
        ({"TaxType": "NOPE"}, "The TaxType code 'NOPE' does not exist or is not active."),
        ({"LineAmount": 99}, "The line total 99.00 does not match the expected line total 100.00"),
        ({"Description": ""}, "The line Description must have 1 to 4000 characters."),
        ({"ItemCode": "WIDGET"}, "Item code 'WIDGET' is not valid"),
        ({"UnitAmount": 99999999999}, "The line amount must not be greater than 9999999999.99."),
        (
            {"UnitAmount": -79, "DiscountAmount": 0, "Quantity": 1},
            "The discount rate '0.00' is invalid. Discount must not be greater than",
        ),
        ({"DiscountRate": 101}, "The discount rate '101.00' is invalid."),
    ],
)
async def test_a_line_that_doesn_t_pass(xero: Desk, line: dict[str, Any], sentence: str) -> None:
    lines = [{**LINE, **line}, {**LINE, "UnitAmount": 1000}]

    answer = await put(xero, LineAmountTypes="Exclusive", LineItems=lines)

    assert sentence in refusals(answer)[0]


async def test_a_line_may_name_its_account_by_id(xero: Desk) -> None:
    (sales,) = xero.org.books.accounts.find("code", "260")
    line = {**LINE, "AccountID": sales["AccountID"]}
    del line["AccountCode"]

    invoice = only(await put(xero, LineItems=[line]), "Invoices")

    assert invoice["LineItems"][0]["AccountCode"] == "260"


async def test_a_bill_has_no_discount(xero: Desk) -> None:
    line = {**LINE, "AccountCode": "310", "DiscountRate": 5}

    answer = await put(xero, Type="ACCPAY", LineItems=[line])

    assert refusals(answer) == ["Discounts are not valid on this type of document."]


async def test_a_draft_may_lack_an_account_but_not_be_approved_so(xero: Desk) -> None:
    line = {"Description": "Work", "Quantity": 1, "UnitAmount": 5}
    draft = only(await put(xero, Status="DRAFT", LineItems=[line]), "Invoices")

    approval = await xero.post(f"/Invoices/{draft['InvoiceID']}", {"Status": "AUTHORISED"})

    assert refusals(approval) == ["Account code must be specified."]


@pytest.mark.parametrize("lock", ["period_lock_date", "end_of_year_lock_date"])
async def test_a_document_is_dated_after_the_lock(xero: Desk, lock: str) -> None:
    await xero.control("settings", {lock: "2026-06-01"})
    name = lock.replace("_", " ")

    on_it = await put(xero, Date="2026-06-01")
    after = await put(xero, Date="2026-06-02")

    assert refusals(on_it) == [
        f"The document date cannot be before the {name}, currently set at 1 June 2026"
    ]
    assert after.status_code == 200
