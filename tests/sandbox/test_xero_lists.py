"""Lists: filters, pages, order, what changed since, and what a list can't see yet."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sandbox.xero.where import parse
from tests.sandbox.xero_desk import API, Desk, only

FIELDS = frozenset({"Name", "Total", "Date", "Contact.ContactID", "Paid"})


async def numbers(xero: Desk, **query: Any) -> list[str]:
    answer = await xero.get("/Invoices", **query)
    assert answer.status_code == 200, answer.text
    return [each["InvoiceNumber"] for each in answer.json()["Invoices"]]


async def three(xero: Desk) -> list[str]:
    """Three invoices, a minute apart, of two contacts; gives the contacts."""
    contacts = [await xero.contact("A"), await xero.contact("B")]
    for number, contact in ((1, 0), (2, 1), (3, 0)):
        await xero.invoice(contacts[contact], InvoiceNumber=f"I-{number}")
        xero.state.clock.advance(60)
    return contacts


async def test_invoices_are_found_by_what_is_known_of_them(xero: Desk) -> None:
    first, second = await three(xero)
    last = only(await xero.get("/Invoices/I-3"), "Invoices")["InvoiceID"]

    assert await numbers(xero) == ["I-1", "I-2", "I-3"]
    assert await numbers(xero, InvoiceNumbers="I-3,i-1,nope") == ["I-1", "I-3"]
    assert await numbers(xero, IDs=last) == ["I-3"]
    assert await numbers(xero, IDs=f"{last},{last}", InvoiceNumbers="I-3,i-3") == ["I-3"]
    assert await numbers(xero, ContactIDs=second) == ["I-2"]
    assert await numbers(xero, ContactIDs=first, IDs=last) == ["I-3"]
    assert await numbers(xero, Statuses="DRAFT,PAID") == []
    assert await numbers(xero, createdByMyApp="true") == ["I-1", "I-2", "I-3"]
    assert await numbers(xero, where=f'Contact.ContactID==guid("{second}")') == ["I-2"]


async def test_forty_numbers_are_the_most(xero: Desk) -> None:
    many = ",".join(f"I-{number}" for number in range(41))

    assert (await xero.get("/Invoices", InvoiceNumbers=many)).json()["ErrorNumber"] == 16


async def test_pages_say_how_many_there_are(xero: Desk) -> None:
    await three(xero)

    second = (await xero.get("/Invoices", page=2, pageSize=2)).json()

    assert [each["InvoiceNumber"] for each in second["Invoices"]] == ["I-3"]
    assert second["pagination"] == {"page": 2, "pageSize": 2, "pageCount": 2, "itemCount": 3}
    assert "pagination" not in (await xero.get("/Invoices")).json()


async def test_lines_come_with_a_page_only(xero: Desk) -> None:
    await xero.invoice(await xero.contact())

    assert only(await xero.get("/Invoices"), "Invoices")["LineItems"] == []
    assert len(only(await xero.get("/Invoices", page=1), "Invoices")["LineItems"]) == 1


async def test_a_list_is_ordered_by_change_or_as_told(xero: Desk) -> None:
    await three(xero)
    await xero.post("/Invoices/I-1", {"Reference": "touched"})

    assert await numbers(xero) == ["I-2", "I-3", "I-1"]
    assert await numbers(xero, order="InvoiceNumber DESC") == ["I-3", "I-2", "I-1"]


@pytest.mark.parametrize(
    "query",
    [{"order": "Nothing"}, {"page": 0}, {"page": "x"}, {"where": "Nothing==1"}],
)
async def test_a_query_that_can_t_be_read_is_refused(xero: Desk, query: dict[str, Any]) -> None:
    answer = await xero.get("/Invoices", **query)

    assert (answer.status_code, answer.json()["Type"]) == (400, "QueryParseException")


@pytest.mark.parametrize(
    ("since", "found"),
    [
        ("2026-06-15T16:00:30", ["I-2", "I-3"]),
        ("Mon, 15 Jun 2026 16:01:00 GMT", ["I-3"]),
    ],
)
async def test_what_changed_since_is_told_to_the_second(
    xero: Desk, since: str, found: list[str]
) -> None:
    await three(xero)

    headers = {"If-Modified-Since": since}
    answer = await xero.http.get(f"{API}/Invoices", headers=headers)

    assert [each["InvoiceNumber"] for each in answer.json()["Invoices"]] == found


async def test_a_list_may_lag_behind_what_was_written(xero: Desk) -> None:
    await xero.control("settings", {"read_lag": 30})
    invoice = await xero.invoice(await xero.contact(), InvoiceNumber="I-1")

    assert await numbers(xero, InvoiceNumbers="I-1") == []
    assert (await xero.now(invoice))["InvoiceNumber"] == "I-1"

    xero.state.clock.advance(31)

    assert await numbers(xero, InvoiceNumbers="I-1") == ["I-1"]


async def test_accounts_and_taxes_are_filtered(xero: Desk) -> None:
    current = await xero.get("/Accounts", where='Type=="CURRENT" AND Status=="ACTIVE"')
    archived = await xero.get("/Accounts", where='Status=="ARCHIVED"')
    rounding = await xero.get("/Accounts", where='SystemAccount=="ROUNDING"')
    tax = only(await xero.get("/TaxRates/TAX003"), "TaxRates")

    assert [each["Code"] for each in current.json()["Accounts"]].count("631") == 1
    assert only(archived, "Accounts")["Code"] == "499"
    assert only(rounding, "Accounts")["Code"] == "860"
    assert (tax["EffectiveRate"], len(tax["TaxComponents"])) == (12.35, 2)


# filter, whether it holds for the record below
@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('Name=="cafe"', True),
        ('Name=="CAFÉ"', True),
        ('Name!="tea"', True),
        ('Name.Contains("AF")', True),
        ('Name.StartsWith("fe")', False),
        ("Total>=10 AND Total<10.5", False),
        ("Total>10 OR Paid==true", True),
        ('(Total>99 OR Paid==false) AND Name=="café"', True),
        ('Total>99 OR Paid==false && Name=="tea"', False),
        ("Date>=DateTime(2026,01,31) AND Date<DateTime(2026,02,01)", True),
        ('Contact.ContactID==guid("0000000A-0000-0000-0000-000000000000")', True),
        ("contact.contactid!=null", True),
        ("Name>5", False),
    ],
)
def test_a_filter_holds_or_not(text: str, holds: bool) -> None:
    record = {
        "Name": "Café",
        "Total": Decimal("10.50"),
        "Date": date(2026, 1, 31),
        "Paid": False,
        "Contact": {"ContactID": "0000000a-0000-0000-0000-000000000000"},
    }

    assert parse(text, FIELDS)(record) is holds


@pytest.mark.parametrize(
    "text",
    ['Name=="a\\"b"', "Name==", "Name==1 2", 'Name "x"', "(Name==1", "Date==DateTime(2026,13,1)"],
)
async def test_a_broken_filter_is_refused(xero: Desk, text: str) -> None:
    assert (await xero.get("/Contacts", where=text)).json()["ErrorNumber"] == 16
