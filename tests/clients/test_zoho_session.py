"""Asking Zoho: documents, lists, writes, and every kind of no."""

import time
from decimal import Decimal

import pytest

from clients.zoho.errors import (
    NoPermission,
    NotConnected,
    NotFound,
    Refused,
    Unavailable,
    WrongOrganisation,
)
from clients.zoho.kinds import KINDS
from clients.zoho.lists import every, pages
from tests.clients.zoho_line import Line


async def customers(line: Line, count: int) -> list[str]:
    made = [
        await line.by_hand("POST", "/contacts", {"contact_name": f"Customer {number}"})
        for number in range(count)
    ]
    return [each["contact"]["contact_id"] for each in made]


async def test_a_document_is_read_with_its_money_exact(line: Line) -> None:
    (customer,) = await customers(line, 1)
    line_item = {"name": "Work", "rate": 1205.15, "quantity": 1}
    made = await line.by_hand(
        "POST", "/invoices", {"customer_id": customer, "line_items": [line_item]}
    )

    async with line.session() as zoho:
        body = await zoho.get(KINDS["invoice"].address(made["invoice"]["invoice_id"]))

    assert body["invoice"]["total"] == Decimal("1205.15")


async def test_a_list_is_read_page_by_page_to_its_end(line: Line) -> None:
    ids = await customers(line, 201)

    async with line.session() as zoho:
        lengths = [len(page) async for page in pages(zoho, "/contacts", "contacts")]
        found = [row["contact_id"] async for row in every(zoho, "/contacts", "contacts")]

    assert lengths == [200, 1]
    assert found == ids[::-1]  # the newest first


async def test_what_is_written_is_there(line: Line) -> None:
    async with line.session() as zoho:
        made = await zoho.post("/contacts", {"contact_name": "Acme"})
        contact = f"/contacts/{made['contact']['contact_id']}"
        await zoho.put(contact, {"contact_name": "Acme Ltd"})
        name = (await zoho.get(contact))["contact"]["contact_name"]
        await line.by_hand("DELETE", contact)
        with pytest.raises(NotFound):
            await zoho.get(contact)

    assert name == "Acme Ltd"


async def test_a_write_whose_time_is_over_does_not_leave_any_more(line: Line) -> None:
    async with line.session() as zoho:
        with pytest.raises(Unavailable) as held:
            await zoho.post("/contacts", {"contact_name": "Acme"}, by=time.monotonic())
        rows = (await zoho.get("/contacts"))["contacts"]

    assert (held.value.lost, rows) == (False, [])


async def test_books_is_asked_at_its_own_address(line: Line) -> None:
    async with line.session() as zoho:
        body = await zoho.get("/vendorpayments", product="books")

    assert body["vendorpayments"] == []


async def test_a_no_carries_zohos_code_and_words(line: Line) -> None:
    async with line.session() as zoho:
        with pytest.raises(Refused, match="contact_name") as refusal:
            await zoho.post("/contacts", {})

    assert refusal.value.code == 4


async def test_without_books_only_books_is_not_permitted(line: Line) -> None:
    await line.control("settings", books=False)

    async with line.session() as zoho:
        with pytest.raises(NoPermission):
            await zoho.get("/vendorpayments", product="books")
        assert (await zoho.get("/contacts"))["contacts"] == []

    renewals = await line.pool.fetchval("SELECT cardinality(renewals) FROM grants")
    assert renewals == 1  # a living token is not thrown away over it
    assert await line.problems() == []


async def test_another_companys_organisation_is_told_apart(line: Line) -> None:
    await line.pool.execute("UPDATE connections SET organization_id = '999'")

    async with line.session() as zoho:
        with pytest.raises(WrongOrganisation):
            await zoho.check()


async def test_without_credentials_nothing_is_asked(line: Line) -> None:
    await line.pool.execute("DELETE FROM secrets")

    async with line.session() as zoho:
        with pytest.raises(NotConnected, match="refresh_token"):
            await zoho.check()


async def test_a_zoho_that_is_away_can_be_asked_later(line: Line) -> None:
    line.settings = {"ZOHO_API_URL": "http://127.0.0.1:9"}

    async with line.session() as zoho:
        with pytest.raises(Unavailable) as error:
            await zoho.check()

    assert not error.value.lost


async def test_an_address_that_zoho_does_not_serve_is_a_no_and_no_outage(line: Line) -> None:
    async with line.session() as zoho:
        with pytest.raises(Refused):
            await zoho.get("/nothing/here", product="books")
