"""What a connection takes over from Xero into Zoho, by itself and when asked (C3, C8)."""

import json
from typing import Any

from tests.journeys import clerk
from tests.journeys.house import House
from tests.journeys.two_way import TWO_WAY, TwoWay, opened

FREIGHT = {"Code": "425", "Name": "Freight & Courier"}


async def first_import(office: TwoWay) -> None:
    """Wait for the import that each connection has once by itself."""
    state = None
    while state != "done":
        await office.settled()
        state = (await office.imported()).get("state")


async def test_c3_accounts_and_contacts_are_taken_over_once_and_accounts_map_themselves(
    house: House,
) -> None:
    office = await opened(house, TWO_WAY.replace("customers = true", "customers = false", 1))
    known = await clerk.vendor(house, "Known Vendor")
    ids = [await office.make(name) for name in ("Known Vendor", "New Vendor", "A Customer")]
    for xero_id, flags in zip(
        ids, ({"IsSupplier": True},) * 2 + ({"IsCustomer": True},), strict=True
    ):
        await office.edit(xero_id, **flags)
    await first_import(office)
    await office.settled()

    view = await office.imported()
    accounts = view["counts"]["account"]
    assert view["actor"] == "bridge"
    assert accounts["matched"] > 0
    assert accounts["created"] > 10
    assert {item["kind"] for item in view["refused"]} == {"account"}
    assert "customer" not in view["counts"]
    (kept,) = await office.contacts("Known Vendor")
    assert (kept["contact_id"], len(await office.contacts("New Vendor"))) == (known, 1)
    assert await office.contacts("A Customer") == []

    # A switch that is turned on brings what it stands for, once and by itself.
    await house.apply(TWO_WAY)
    brought: dict[str, Any] = {}
    while brought.get("state") != "done" or "customer" not in brought["counts"]:
        await office.settled()
        brought = await office.imported()
    assert brought["actor"].startswith("cli:")
    assert len(await office.contacts("A Customer")) == 1

    # Asked for again, it finds what it made.
    code, printed = await house.bridge("import", "--connection", "acme", "--json")
    again = json.loads(printed[printed.index("{") :])
    assert code == 0, printed
    assert again["counts"]["account"].get("created", 0) == 0
    assert again["counts"]["account"]["matched"] == accounts["created"] + accounts["matched"]
    assert again["counts"]["vendor"] == {"matched": 2}
    assert again["counts"]["customer"] == {"matched": 1}
    await office.settled()
    assert await office.fetchval("SELECT count(*) FROM imports") == 3

    # A line of an account that was imported is coded to Xero's own; a choice of people goes before.
    imported = await office.fetchval("SELECT imported_accounts::text FROM connections")
    freight = next(zoho for zoho, xero in json.loads(imported).items() if xero == FREIGHT["Code"])
    customer = await clerk.customer(house, "Line Ltd")
    await clerk.invoice(house, customer, line_items=[clerk.line(10, account_id=freight)])
    await office.settled()
    (invoice,) = (await house.xero())["invoices"]
    assert [line["AccountCode"] for line in invoice["LineItems"]] == ["425"]


async def test_c3_an_inventory_alone_says_what_it_costs(house: House) -> None:
    await house.control("zoho/settings", {"books": False, "organization_id": "60001234"})
    office = await opened(house)
    await first_import(office)

    view = await office.imported()
    assert "none maps itself" in view["problem"]
    assert view["counts"] == {}
    code, printed = await house.bridge("import", "--connection", "acme")
    assert code == 1
    assert "connect a Zoho organisation that has Zoho Books" in printed
