"""The jobs that read Xero's contacts: what webhooks told of, and by night the rest (A1)."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from bridge.cli.jobs import xero_contacts
from bridge.crypto import Vault
from bridge.parts import Parts
from bridge.postgres import Pool
from bridge.schedule import Due
from bridge.settings import read_settings

VAULT = Vault([b"k" * 32])
BOTH = {"chart_of_accounts": True, "customers": True, "vendors": True}


@dataclass
class Clerk:
    """A connection in the database, and a person at Xero's screen."""

    parts: Parts
    client: httpx.AsyncClient
    due: Due
    token: str

    async def make(self, name: str, **fields: Any) -> str:
        answer = await self.client.put(
            "/api.xro/2.0/Contacts",
            json={"Contacts": [{"Name": name, **fields}]},
            headers={"Authorization": f"Bearer {self.token}", "Accept": "application/json"},
        )
        return str(answer.raise_for_status().json()["Contacts"][0]["ContactID"])

    async def edit(self, xero_id: str, **fields: Any) -> None:
        change = {"edit": {"table": "contacts", "id": xero_id, "set": fields}}
        (await self.client.post("/_sandbox/xero/settings", json=change)).raise_for_status()

    async def told(self, xero_id: str, entity: str = "xero_contact") -> None:
        """Journal what Xero's webhook would tell."""
        await self.parts.pool.execute(
            """INSERT INTO events (connection_id, entity, zoho_id, trigger, source, touches,
                                   fingerprint, content_type, body, request_id)
               VALUES ($1, $4, $2, 'edited', 'xero', ARRAY[$3], $5, 'json', '{}', 'r')""",
            *(self.due.connection_id, xero_id, f"{entity}:{xero_id}", entity, xero_id.encode()),
        )

    async def switch(self, **imports: bool) -> None:
        await self.parts.pool.execute(
            "UPDATE connections SET config = config || $1", {"import": {**BOTH, **imports}}
        )

    async def asked(self) -> list[str]:
        rows = await self.parts.pool.fetch("SELECT body FROM commands ORDER BY id")
        return [row["body"]["contact_name"] for row in rows]

    async def calls(self) -> int:
        requests = (await self.client.get("/_sandbox/xero/requests")).json()
        return sum(1 for row in requests if "/Contacts" in row["path"] and row["method"] == "GET")

    async def events(self) -> list[tuple[str, str | None]]:
        rows = await self.parts.pool.fetch("SELECT state, reason FROM events ORDER BY id")
        return [(row["state"], row["reason"]) for row in rows]


@pytest.fixture
async def clerk(pool: Pool, sandbox: str) -> Any:
    config = {
        "xero": {"grant": "client_credentials", "client_id": "sandbox-custom"},
        "import": BOTH,
        "zoho": {"data_centre": "ca"},
    }
    number = await pool.fetchval(
        """INSERT INTO connections (name, endpoint, organization_id, config, cutover)
           VALUES ('acme', 'e', '6', $1, '2026-01-01') RETURNING id""",
        config,
    )
    sealed = VAULT.seal("sandbox-custom-secret", context=f"{number}/xero.client_secret")
    await pool.execute("INSERT INTO secrets VALUES ($1, 'xero.client_secret', $2)", number, sealed)
    urls = dict.fromkeys(("XERO_API_URL", "XERO_IDENTITY_URL"), sandbox)
    settings = read_settings({**urls, "XERO_CALLS_PER_MINUTE": "60000"})
    parts = Parts(pool, VAULT, settings)
    async with httpx.AsyncClient(base_url=sandbox, timeout=60) as client:
        answer = await client.post(
            "/connect/token",
            data={"grant_type": "client_credentials", "scope": "accounting.contacts"},
            auth=("sandbox-custom", "sandbox-custom-secret"),
        )
        due = Due(number, "acme", date(2026, 11, 25), "UTC")
        yield Clerk(parts, client, due, answer.json()["access_token"])


async def test_a1_by_night_what_no_webhook_told_of_is_found(clerk: Clerk) -> None:
    made = await clerk.make("Night Owl")
    await clerk.edit(made, IsCustomer=True)

    await xero_contacts.nightly(clerk.parts)(clerk.due)
    await xero_contacts.nightly(clerk.parts)(clerk.due)

    assert await clerk.asked() == ["Night Owl"]
    assert len(await clerk.events()) == 1


async def test_a1_by_night_only_what_changed_since_is_read(clerk: Clerk) -> None:
    made = await clerk.make("Sleeper")
    await clerk.edit(made, IsCustomer=True)
    tomorrow = datetime(2099, 1, 1, tzinfo=UTC)
    await clerk.parts.pool.execute(
        "INSERT INTO schedules (connection_id, job, busy_until, ended_at)"
        " VALUES ($1, 'contacts', now(), $2)",
        *(clerk.due.connection_id, tomorrow),
    )

    await xero_contacts.nightly(clerk.parts)(clerk.due)

    assert await clerk.asked() == []


async def test_a1_one_that_waits_for_its_role_is_looked_at_each_night(clerk: Clerk) -> None:
    made = await clerk.make("Waiting")
    await clerk.told(made)
    await xero_contacts.told(clerk.parts)(clerk.due)
    assert await clerk.asked() == []

    await clerk.edit(made, IsSupplier=True)
    await xero_contacts.nightly(clerk.parts)(clerk.due)

    assert await clerk.asked() == ["Waiting"]


async def test_a1_many_that_changed_share_one_call(clerk: Clerk) -> None:
    for number in range(12):
        made = await clerk.make(f"Many {number}")
        await clerk.edit(made, IsCustomer=True)
        await clerk.told(made)

    await xero_contacts.told(clerk.parts)(clerk.due)

    assert len(await clerk.asked()) == 12
    assert await clerk.calls() == 1


async def test_c3_while_nothing_is_imported_xero_is_not_even_asked(clerk: Clerk) -> None:
    await clerk.switch(customers=False, vendors=False)
    await clerk.told(await clerk.make("Unwanted"))

    await xero_contacts.told(clerk.parts)(clerk.due)
    await xero_contacts.nightly(clerk.parts)(clerk.due)

    assert [state for state, _ in await clerk.events()] == ["decided"]
    assert await clerk.calls() == 0


async def test_c9_while_the_connection_is_disabled_nothing_is_read(clerk: Clerk) -> None:
    await clerk.told(await clerk.make("Held"))
    await clerk.parts.pool.execute("UPDATE connections SET enabled = false")

    await xero_contacts.told(clerk.parts)(clerk.due)

    assert [state for state, _ in await clerk.events()] == ["undecided"]


async def test_a1_zohos_earlier_word_has_its_turn_first(clerk: Clerk) -> None:
    made = await clerk.make("Both")
    await clerk.edit(made, IsCustomer=True)
    await clerk.parts.pool.execute(
        "INSERT INTO links (connection_id, key, xero_id) VALUES ($1, 'contact:1', $2)",
        *(clerk.due.connection_id, made),
    )
    await clerk.told("1", entity="contact")
    await clerk.told(made)

    await xero_contacts.told(clerk.parts)(clerk.due)

    assert [state for state, _ in await clerk.events()] == ["undecided", "undecided"]


async def test_a1_one_that_xero_shows_no_more_changes_nothing(clerk: Clerk) -> None:
    await clerk.told("5c3c0ab2-4ed8-4a76-9f0c-0e2a4c4c8a11")

    await xero_contacts.told(clerk.parts)(clerk.due)

    row = await clerk.parts.pool.fetchrow("SELECT outcome, code FROM decisions")
    assert tuple(row or ()) == ("withheld", "gone")


async def test_a1_the_whole_contact_as_it_was_read_is_in_its_history(clerk: Clerk) -> None:
    made = await clerk.make("Whole", EmailAddress="w@example.com")
    await clerk.edit(made, IsCustomer=True)
    await clerk.told(made)

    await xero_contacts.told(clerk.parts)(clerk.due)

    (thin, whole) = await clerk.events()
    assert thin[0] == "superseded"
    assert str(thin[1]).startswith("Read from Xero")
    body = await clerk.parts.pool.fetchval("SELECT body FROM events WHERE state = 'decided'")
    assert whole[0] == "decided"
    assert json.loads(body)["EmailAddress"] == "w@example.com"
