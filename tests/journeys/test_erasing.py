"""A contact is erased: its name and addresses are nowhere in the database, its history still is."""

import json

import asyncpg
import pytest

from tests.journeys import clerk
from tests.journeys.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAME, MAIL, STREET = "Erasmus Canary", "erasmus@canary.example", "9 Canary Wharf"
COLUMNS = """
SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
  JOIN information_schema.tables t USING (table_schema, table_name)
 WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
   AND c.data_type IN ('text', 'jsonb', 'bytea', 'ARRAY')
"""


async def places(database_url: str, *canaries: str) -> set[str]:
    """Find the columns of the whole database that hold one of the texts."""
    database = await asyncpg.connect(database_url)
    found = set()
    for table, column, kind in await database.fetch(COLUMNS):
        text = f"encode({column}, 'escape')" if kind == "bytea" else f"{column}::text"
        for canary in canaries:
            statement = f"SELECT EXISTS (SELECT FROM {table} WHERE strpos({text}, $1) > 0)"  # noqa: S608  names of our own schema
            if await database.fetchval(statement, canary):
                found.add(f"{table}.{column}")
    await database.close()
    return found


async def noted_elsewhere(database_url: str, contact: str) -> None:
    """Let a comparison, an import and Xero's webhook have noted the contact too."""
    database = await asyncpg.connect(database_url)
    [(connection_id, xero_id)] = await database.fetch(
        "SELECT connection_id, xero_id FROM links WHERE key = 'contact:' || $1", contact
    )
    await database.execute(
        """
        WITH import AS (
          INSERT INTO imports (connection_id, actor, state) VALUES ($1, 'x', 'done') RETURNING id),
        item AS (
          INSERT INTO import_items (import_id, connection_id, kind, xero_id, name)
          SELECT id, $1, 'customer', $2, $4 FROM import),
        difference AS (
          INSERT INTO drift (connection_id, place, entity, zoho_id, kind, difference)
          VALUES ($1, 99, 'contact', $3, 'different', jsonb_build_object('name', $4::text)))
        INSERT INTO events (connection_id, entity, zoho_id, trigger, touches, fingerprint, state,
                            content_type, body, request_id)
        VALUES ($1, 'xero_contact', $2, 'edited', '{}', 'canary', 'decided', 'application/json',
                convert_to($4, 'UTF8'), '')
        """,
        connection_id,
        xero_id,
        contact,
        NAME,
    )
    await database.close()


async def test_an_erased_contact_is_known_by_ids_only(office: House) -> None:
    url = office.environment["DATABASE_URL"]
    address = {"address": STREET, "city": "Toronto"}
    person = {"first_name": "Erasmus", "last_name": "Canary", "email": MAIL}
    contact = await clerk.customer(
        office, NAME, email=MAIL, billing_address=address, contact_persons=[person]
    )
    invoice = await clerk.invoice(office, contact, 120)
    await clerk.pay(office, invoice, 50)
    await office.settled()
    assert {"events.body", "documents.snapshot", "attempts.body", "commands.body"} <= await places(
        url, NAME, MAIL, STREET
    )

    await noted_elsewhere(url, contact)

    code, printed = await office.bridge(
        "contacts", "erase", contact, "--connection", "acme", "--yes", "--json"
    )

    assert code == 0, printed
    said = json.loads(printed[printed.index("{") :])
    assert said["remains"]["zoho_id"] == contact
    assert said["remains"]["xero_id"]
    assert await places(url, NAME, MAIL, STREET) == set()
    history = await office.history("invoice", str(invoice["invoice_id"]))
    assert history["state"] == "synced"
    assert [command["state"] for command in history["commands"]][-1] == "done"

    await clerk.invoice(office, contact, 30)
    await office.settled()
    names = [row["Name"] for row in (await office.xero())["contacts"]]
    assert names.count(NAME) == 1
    assert not any(name.startswith("erased") for name in names)


async def test_what_a_vendor_of_the_same_name_carried_of_an_erased_customer_is_gone_too(
    office: House,
) -> None:
    url, mail = office.environment["DATABASE_URL"], "both@canary.example"
    person = {"first_name": "Bo", "email": mail, "is_primary_contact": True}
    customer = await clerk.customer(office, "Both Canaries", contact_persons=[person])
    vendor = await clerk.vendor(office, "Both Canaries")
    await clerk.invoice(office, customer)
    await office.settled()
    await clerk.bill(office, vendor, "CANARY-1")
    await office.settled()

    code, printed = await office.bridge(
        "contacts", "erase", customer, "--connection", "acme", "--yes"
    )

    assert code == 0, printed
    assert await places(url, mail) == set()


async def test_a_contact_with_open_changes_is_not_erased(office: House, customer: str) -> None:
    document = await clerk.invoice(
        office, customer, 10, line_items=[clerk.line(10, tax_id="4600000000000912")]
    )
    await office.until("invoice", str(document["invoice_id"]), "parked")

    code, printed = await office.bridge(
        "contacts", "erase", customer, "--connection", "acme", "--yes"
    )

    assert code == 1
    assert "parked" in printed


async def test_an_unknown_contact_is_said_to_be_unknown(office: House) -> None:
    code, printed = await office.bridge(
        "contacts", "erase", "424242", "--connection", "acme", "--yes"
    )

    assert code == 1
    assert "knows no contact 424242" in printed
