"""Contacts on their way back, from Xero's screen to Zoho's (A1's other way, C3)."""

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.journeys import clerk
from tests.journeys.conftest import CURRENCIES, UNLIMITED
from tests.journeys.house import FILE, House, answering
from tests.journeys.reading import the

KEY = "journeys-webhook-key"
ZOHO = """client_id = "1000.SANDBOX"
client_secret = "sandbox-zoho-secret"
refresh_token = "1000.sandbox.refresh"
[xero]"""
IMPORT = "[import]\ncustomers = true\nvendors = true\n[accounts]"
TWO_WAY = FILE.replace("[xero]", ZOHO).replace("[accounts]", IMPORT)


class Office:
    """A house whose contacts go both ways, and a person at Xero's screen."""

    def __init__(self, house: House, token: str) -> None:
        self.house = house
        self._token = token

    async def make(self, name: str, **fields: Any) -> str:
        """Enter a contact in Xero."""
        answer = await self.house.client.put(
            f"{self.house.sandbox}/api.xro/2.0/Contacts",
            json={"Contacts": [{"Name": name, **fields}]},
            headers={"Authorization": f"Bearer {self._token}", "Accept": "application/json"},
        )
        return str(answer.raise_for_status().json()["Contacts"][0]["ContactID"])

    async def edit(self, xero_id: str, **fields: Any) -> None:
        """Change a contact in Xero, a second after the last change anywhere."""
        await self.house.control("xero/clock", {"seconds": 1})
        change = {"table": "contacts", "id": xero_id, "set": fields}
        await self.house.control("xero/settings", {"edit": change})

    async def contacts(self, name: str) -> list[dict[str, Any]]:
        """Zoho's contacts of a name, whole."""
        rows = await self.house.listed("/contacts", "contacts")
        ids = [row["contact_id"] for row in rows if row["contact_name"] == name]
        return [await self.house.zoho("GET", f"/contacts/{each}") for each in ids]

    async def settled(self) -> None:
        """Let the job that reads what Xero told of run now, and wait until all is done."""
        await asyncio.sleep(0.3)  # Xero's stand-in tells in the background
        database = await asyncpg.connect(self.house.environment["DATABASE_URL"])
        await database.execute("UPDATE schedules SET started_at = now() - interval '1 hour'")
        await database.close()
        await self.house.settled()
        await self.house.settled()

    async def writes(self) -> int:
        """How many times Xero was asked to hold a contact."""
        database = await asyncpg.connect(self.house.environment["DATABASE_URL"])
        count: int = await database.fetchval(
            "SELECT count(*) FROM attempts WHERE system = 'xero' AND path LIKE '/Contacts%'"
        )
        await database.close()
        return count


@pytest.fixture
async def office(house: House) -> Office:
    house.environment |= {"XERO_WEBHOOK_KEY": KEY, "XERO_CALLS_PER_MINUTE": "60000"}
    await house.control("xero/settings", {"limits": UNLIMITED, "currencies": CURRENCIES})
    await house.start("run")
    await answering(house.client, f"{house.url}/readyz")
    await house.apply(TWO_WAY)
    hook = {"url": f"{house.url}/webhooks/xero", "key": KEY}
    assert await house.control("xero/webhooks", hook) == {"subscribed": True}
    token = await house.client.post(
        f"{house.sandbox}/connect/token",
        data={"grant_type": "client_credentials", "scope": "accounting.contacts"},
        auth=("sandbox-custom", "sandbox-custom-secret"),
    )
    return Office(house, token.raise_for_status().json()["access_token"])


async def test_a1_contacts_go_both_ways_and_the_newer_change_wins(office: Office) -> None:
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
