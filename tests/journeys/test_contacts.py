"""Contacts, from Zoho's screen to Xero's ledger (A1)."""

import pytest

from tests.journeys import clerk
from tests.journeys.house import House
from tests.journeys.reading import decided, rows, the, withheld

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a1_a_contact_reaches_xero_with_the_first_document_that_is_exported(
    office: House,
) -> None:
    customer = await clerk.customer(office, "Late Riser Ltd")
    draft = await clerk.draft_invoice(office, customer)
    await office.settled()
    assert "No exported document" in await withheld(office, "contact", customer, "A1")
    assert await rows(office, "contacts", Name="Late Riser Ltd") == []

    await office.zoho("POST", f"/invoices/{draft['invoice_id']}/status/sent")
    await office.settled()

    await the(office, "contacts", Name="Late Riser Ltd")
    assert await decided(office, "contact", customer) == ["A1 withheld", "A1 applied"]


async def test_a1_a_contact_in_use_is_changed_in_xero(office: House) -> None:
    customer = await clerk.customer(office, "Old Name Ltd")
    await clerk.invoice(office, customer)
    await office.settled()

    person = {"first_name": "Ada", "email": "ada@example.com", "is_primary_contact": True}
    path = f"/contacts/{customer}"
    await office.zoho("PUT", path, contact_name="New Name Ltd", contact_persons=[person])
    await office.settled()

    held = await the(office, "contacts", Name="New Name Ltd")
    assert held["EmailAddress"] == "ada@example.com"
    assert await rows(office, "contacts", Name="Old Name Ltd") == []


async def test_a1_a_customer_and_a_vendor_of_one_name_are_one_contact_in_xero(
    office: House,
) -> None:
    customer = await clerk.customer(office, "Both Ways Ltd")
    vendor = await clerk.vendor(office, "Both Ways Ltd")
    await clerk.invoice(office, customer)
    await office.settled()
    await clerk.bill(office, vendor, "BOTH-1")
    await office.settled()

    held = await the(office, "contacts", Name="Both Ways Ltd")
    assert (held["IsCustomer"], held["IsSupplier"]) == (True, True)


async def test_a1_a_vendor_empties_nothing_of_the_customer_it_shares_a_contact_with(
    office: House,
) -> None:
    ada = {"first_name": "Ada", "email": "ada@example.com", "is_primary_contact": True}
    customer = await clerk.customer(office, "Two Hats Ltd", contact_persons=[ada])
    vendor = await clerk.vendor(office, "Two Hats Ltd")
    await clerk.invoice(office, customer)
    await office.settled()
    await clerk.bill(office, vendor, "HATS-1")
    await office.zoho("PUT", f"/contacts/{vendor}", phone="222")
    await office.settled()
    assert (await the(office, "contacts", Name="Two Hats Ltd"))["EmailAddress"] == (
        "ada@example.com"
    )

    bo = {"first_name": "Bo", "email": "bo@example.com", "is_primary_contact": True}
    await office.zoho("PUT", f"/contacts/{vendor}", contact_persons=[bo])
    await office.zoho("POST", f"/contacts/{vendor}/inactive")
    await office.settled()

    held = await the(office, "contacts", Name="Two Hats Ltd")
    assert (held["ContactStatus"], held["EmailAddress"]) == ("ACTIVE", "bo@example.com")
