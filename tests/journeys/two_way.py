"""A house whose contacts go both ways, and a person at Xero's screen."""

import asyncio
from typing import Any

import asyncpg

from tests.journeys.conftest import CURRENCIES, UNLIMITED
from tests.journeys.house import FILE, TOKEN, House, answering

KEY = "journeys-webhook-key"
ZOHO = """client_id = "1000.SANDBOX"
client_secret = "sandbox-zoho-secret"
refresh_token = "1000.sandbox.refresh"
[xero]"""
IMPORT = "[import]\ncustomers = true\nvendors = true\n[accounts]"
WITH_ZOHO = FILE.replace("[xero]", ZOHO)
TWO_WAY = WITH_ZOHO.replace("[accounts]", IMPORT)
# Lets each job be due that does not run just now; whether one does, which must be waited for.
MAKE_DUE = """
WITH due AS (
  UPDATE schedules SET started_at = now() - interval '1 hour'
   WHERE day IS NULL AND progress IS NULL)
SELECT EXISTS (SELECT FROM schedules WHERE day IS NULL AND progress IS NOT NULL)
"""
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class TwoWay:
    """The house, and what a person does in Xero and sees in Zoho."""

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
        """Let the jobs that read Xero run now, and wait until all is done."""
        await self.house.control("xero/settle", {})
        while await self.fetchval(MAKE_DUE):  # noqa: ASYNC110  another process: no event tells
            await asyncio.sleep(0.02)
        await self.house.settled()
        await self.house.settled()

    async def writes(self) -> int:
        """How many times Xero was asked to hold a contact."""
        found = await self.fetchval(
            "SELECT count(*) FROM attempts WHERE system = 'xero' AND path LIKE '/Contacts%'"
        )
        return int(found)

    async def fetchval(self, query: str) -> Any:
        """Ask the house's database."""
        database = await asyncpg.connect(self.house.environment["DATABASE_URL"])
        try:
            return await database.fetchval(query)
        finally:
            await database.close()

    async def imported(self, method: str = "GET") -> Any:
        """Ask for an import through the API, or how far it is."""
        url = f"{self.house.url}/api/connections/acme/import"
        return (await self.house.client.request(method, url, headers=BEARER)).json()


async def opened(house: House, text: str = TWO_WAY) -> TwoWay:
    """Start all roles, connect both ways, and let Xero tell of its contacts."""
    house.environment |= {"XERO_WEBHOOK_KEY": KEY, "XERO_CALLS_PER_MINUTE": "60000"}
    await house.control("xero/settings", {"limits": UNLIMITED, "currencies": CURRENCIES})
    await house.start("run")
    await answering(house.client, f"{house.url}/readyz")
    token = await house.client.post(
        f"{house.sandbox}/connect/token",
        data={"grant_type": "client_credentials", "scope": "accounting.contacts"},
        auth=("sandbox-custom", "sandbox-custom-secret"),
    )
    office = TwoWay(house, token.raise_for_status().json()["access_token"])
    hook = {"url": f"{house.url}/webhooks/xero", "key": KEY}
    assert await house.control("xero/webhooks", hook) == {"subscribed": True}
    await house.apply(text)
    return office
