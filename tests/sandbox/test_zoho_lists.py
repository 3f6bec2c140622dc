"""Lists: pages, and the filters that work or are ignored without a word."""

import pytest

from tests.sandbox.zoho_desk import Desk


async def two_invoices(zoho: Desk) -> list[str]:
    customer = await zoho.contact()
    first = await zoho.invoice(customer, date="2026-06-01")
    zoho.clock.advance(3600)
    second = await zoho.invoice(customer, sent=False)
    return [first["invoice_number"], second["invoice_number"]]


async def numbers(zoho: Desk, **query: str) -> list[str]:
    rows = (await zoho.get("/invoices", **query))["invoices"]
    return [row["invoice_number"] for row in rows]


async def test_the_newest_comes_first_unless_asked_otherwise(zoho: Desk) -> None:
    first, second = await two_invoices(zoho)

    assert await numbers(zoho) == [second, first]
    assert await numbers(zoho, sort_order="A") == [first, second]


async def test_pages_say_whether_there_are_more(zoho: Desk) -> None:
    first, second = await two_invoices(zoho)

    answer = await zoho.get("/invoices", per_page="1")

    assert [row["invoice_number"] for row in answer["invoices"]] == [second]
    assert answer["page_context"]["has_more_page"] is True
    last = await zoho.get("/invoices", per_page="1", page="2")
    assert [row["invoice_number"] for row in last["invoices"]] == [first]
    assert last["page_context"]["has_more_page"] is False


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ({"status": "draft"}, [1]),
        ({"filter_by": "Status.Sent"}, []),
        ({"status": "unpaid"}, [0]),
        ({"date_end": "2026-06-01"}, [0]),
        ({"date": "2026-06-15"}, [1]),
        ({"invoice_number": "INV-000001"}, [0]),
        ({"customer_id": "1"}, []),
        ({"last_modified_time": "2026-06-15T12:30:00-0400"}, [1, 0]),  # undocumented: ignored
        ({"no_such_filter": "x"}, [1, 0]),
    ],
)
async def test_invoices_can_be_filtered(
    zoho: Desk, query: dict[str, str], which: list[int]
) -> None:
    made = await two_invoices(zoho)

    assert await numbers(zoho, **query) == [made[each] for each in which]


async def test_books_filters_invoices_by_change_with_any_offset(zoho: Desk) -> None:
    _, second = await two_invoices(zoho)

    answer = await zoho.get(
        "/invoices", api="/books/v3", last_modified_time="2026-06-15T18:30:00+0200"
    )

    assert [row["invoice_number"] for row in answer["invoices"]] == [second]


async def test_a_plus_that_was_not_escaped_is_refused(zoho: Desk) -> None:
    query = "organization_id=60001234&last_modified_time=2026-06-15T18:30:00+0200"

    answer = await zoho.http.get(f"/books/v3/invoices?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, 2)


async def test_inventorys_list_of_bills_ignores_every_filter(zoho: Desk) -> None:
    await zoho.bill(await zoho.vendor())
    query = {"status": "paid", "bill_number": "none", "date": "2020-01-01"}

    ignored = await zoho.get("/bills", **query)
    honoured = await zoho.get("/bills", api="/books/v3", **query)

    assert (len(ignored["bills"]), len(honoured["bills"])) == (1, 0)


async def test_vendor_credits_and_their_refunds_can_be_polled(zoho: Desk) -> None:
    body = {"vendor_id": await zoho.vendor(), "line_items": [{"rate": 80}]}
    await zoho.do("POST", "/vendorcredits", body)

    later = await zoho.get("/vendorcredits", last_modified_time="2026-06-15T12:00:01-0400")
    now = await zoho.get("/vendorcredits", last_modified_time="2026-06-15T12:00:00-0400")

    assert (len(later["vendor_credits"]), len(now["vendor_credits"])) == (0, 1)


async def test_books_gives_vendors_to_who_asks_for_customers(zoho: Desk) -> None:
    await zoho.contact()
    await zoho.vendor()

    inventory = await zoho.get("/contacts", contact_type="customer")
    books = await zoho.get("/contacts", contact_type="customer", api="/books/v3")

    assert (len(inventory["contacts"]), len(books["contacts"])) == (1, 2)


@pytest.mark.parametrize(
    "query", [{"sort_column": "last_modified_time"}, {"page": "0"}, {"per_page": "x"}]
)
async def test_what_a_list_does_not_know_is_refused(zoho: Desk, query: dict[str, str]) -> None:
    assert await zoho.refused("GET", "/invoices", **query) == 2
