"""Many elements in one request: judged together, or each on its own."""

import pytest

from tests.sandbox.xero_desk import API, Desk, an_invoice, refusals

ZERO = "00000000-0000-0000-0000-000000000000"


def two(contact: str) -> dict[str, object]:
    """One good invoice and one that lacks its currency."""
    good = an_invoice(contact, InvoiceNumber="INV-1")
    bad = an_invoice(contact, InvoiceNumber="INV-2", CurrencyCode="GBP")
    return {"Invoices": [good, bad]}


@pytest.mark.parametrize("query", [{}, {"summarizeErrors": "true"}])
async def test_summarised_one_refusal_undoes_all(xero: Desk, query: dict[str, str]) -> None:
    contact = await xero.contact()

    answer = await xero.put("/Invoices", two(contact), **query)

    assert refusals(answer) == ["Organisation is not subscribed to currency GBP"]
    assert len(xero.org.books.invoices) == 0
    assert not xero.state.log[-1]["applied"]


@pytest.mark.parametrize("name", ["summarizeErrors", "SummarizeErrors"])
async def test_apart_each_element_says_how_it_went(xero: Desk, name: str) -> None:
    contact = await xero.contact()

    answer = await xero.put("/Invoices", two(contact), **{name: "false"})

    assert answer.status_code == 200
    good, bad = answer.json()["Invoices"]
    assert good["StatusAttributeString"] == "OK"
    assert bad["StatusAttributeString"] == "ERROR"
    assert bad["InvoiceID"] == ZERO
    assert bad["InvoiceNumber"] == "INV-2"
    assert [each["Message"] for each in bad["ValidationErrors"]] == [
        "Organisation is not subscribed to currency GBP"
    ]
    assert [each["InvoiceNumber"] for each in xero.org.books.invoices] == ["INV-1"]


async def test_a_warning_saves_all_the_same(xero: Desk) -> None:
    contact = await xero.contact()
    odd = an_invoice(contact, CurrencyCode="USD", CurrencyRate=7.5)

    (saved,) = (await xero.put("/Invoices", {"Invoices": [odd]}, summarizeErrors="false")).json()[
        "Invoices"
    ]

    assert saved["StatusAttributeString"] == "WARNING"
    assert saved["Warnings"][0]["Message"].startswith("The currency rate differs")
    assert len(xero.org.books.invoices) == 1


async def test_the_second_of_a_number_in_one_request_is_refused(xero: Desk) -> None:
    contact = await xero.contact()
    same = [an_invoice(contact, InvoiceNumber="INV-1")] * 2

    answer = await xero.put("/Invoices", {"Invoices": same}, summarizeErrors="false")

    states = [each["StatusAttributeString"] for each in answer.json()["Invoices"]]
    assert states == ["OK", "ERROR"]


async def test_answers_may_come_in_another_order(xero: Desk) -> None:
    await xero.control("settings", {"reverse_batches": True})
    contacts = {"Contacts": [{"Name": "A"}, {"Name": "B"}]}

    answer = await xero.put("/Contacts", contacts)

    assert [each["Name"] for each in answer.json()["Contacts"]] == ["B", "A"]


async def test_a_single_address_has_no_summarise_switch(xero: Desk) -> None:
    contact = await xero.contact()
    invoice = await xero.invoice(contact)
    path = f"/Invoices/{invoice['InvoiceID']}"

    refused = await xero.post(path, {"Status": "VOID"}, summarizeErrors="false")
    many = await xero.post(path, {"Invoices": [{}, {}]})

    assert refusals(refused) == ["The status 'VOID' cannot be applied to the document"]
    assert many.status_code == 400


async def test_a_bare_object_is_an_element(xero: Desk) -> None:
    assert (await xero.put("/Contacts", {"Name": "Acme"})).status_code == 200


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (b"", 17),
        (b'{"Unknown": []}', 17),
        (b'{"Invoices": []}', 17),
        (b"{", 14),
        (b'{"Invoices": [NaN]}', 14),
        (b"[]", 14),
        (b'{"Invoices": ["text"]}', 14),
        (b'{"Invoices": [{"Type": "INVOICE"}]}', 14),
        (b'{"Invoices": [{"Type": "ACCREC", "LineAmountTypes": "NO_TAX"}]}', 14),
        (b'{"Invoices": [{"Type": "ACCREC", "LineItems": [{"Quantity": "two"}]}]}', 14),
        (b'{"Invoices": [{"Type": "ACCREC", "LineItems": [{"UnitAmount": 1e40}]}]}', 14),
        (b'{"Invoices": [{"Type": "ACCREC", "InvoiceID": "INV-1"}]}', 14),
        (b'{"Invoices": [{"Type": "ACCREC", "Date": "1 June"}]}', 14),
    ],
)
async def test_what_can_t_be_read_is_refused_as_a_whole(
    xero: Desk, body: bytes, number: int
) -> None:
    answer = await xero.http.put(f"{API}/Invoices?summarizeErrors=false", content=body)

    assert answer.status_code == 400
    assert answer.json()["ErrorNumber"] == number
    assert "Elements" not in answer.json()
