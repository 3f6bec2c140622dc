"""Contacts on their way back, from Xero's screen to Zoho's (A1's other way, C3)."""

import pytest

from tests.journeys import clerk
from tests.journeys.house import House
from tests.journeys.reading import the
from tests.journeys.test_erasing import places
from tests.journeys.two_way import TwoWay, opened


@pytest.fixture
async def office(house: House) -> TwoWay:
    return await opened(house)


async def test_a1_contacts_go_both_ways_and_the_newer_change_wins(office: TwoWay) -> None:
    # A contact of Zoho's is changed in Xero: Zoho has it, and Xero is not written to again.
    customer = await clerk.customer(office.house, "Acme Ltd")
    await clerk.invoice(office.house, customer)
    await office.settled()
    held = await the(office.house, "contacts", Name="Acme Ltd")
    writes = await office.writes()
    await office.edit(held["ContactID"], EmailAddress="ada@example.com", FirstName="Ada")
    await office.settled()
    (known,) = await office.contacts("Acme Ltd")
    assert (known["contact_id"], known["email"], known["first_name"]) == (
        customer,
        "ada@example.com",
        "Ada",
    )
    assert await office.writes() == writes
    history = await office.house.history("xero_contact", held["ContactID"].lower())
    assert history["decisions"][-1]["action"] == "A1"
    assert "email" in history["decisions"][-1]["reason"]

    # Changed on both sides, Zoho's change being the newer one.
    await office.edit(held["ContactID"], EmailAddress="xero@example.com")
    person = {**known["contact_persons"][0], "email": "zoho@example.com"}
    await office.house.zoho("PUT", f"/contacts/{customer}", contact_persons=[person])
    await office.settled()
    await office.settled()
    assert (await the(office.house, "contacts", Name="Acme Ltd"))["EmailAddress"] == (
        "zoho@example.com"
    )
    assert (await office.contacts("Acme Ltd"))[0]["email"] == "zoho@example.com"

    # A contact of Xero's waits until it is a customer or a supplier, and is made once.
    made = await office.make("Bolt Supplies", EmailAddress="bo@example.com", FirstName="Bo")
    await office.settled()
    assert await office.contacts("Bolt Supplies") == []
    waiting = await office.house.history("xero_contact", made)
    assert waiting["decisions"][-1]["code"] == "no_role"
    await office.edit(made, IsSupplier=True, IsCustomer=True, Name="Bolt Ltd")
    await office.settled()
    both = await office.contacts("Bolt Ltd")
    assert sorted(each["contact_type"] for each in both) == ["customer", "vendor"]
    assert {each["email"] for each in both} == {"bo@example.com"}

    # Erased here, nothing that Xero told of it stays behind either.
    code, printed = await office.house.bridge(
        *("contacts", "erase", customer, "--connection", "acme", "--yes")
    )
    assert code == 0, printed
    url = office.house.environment["DATABASE_URL"]
    assert await places(url, "Acme Ltd", "ada@example.com", "xero@example.com") == set()
