"""The database comes back from an older copy while Xero has gone on: nothing is written twice."""

import hashlib
import hmac
import json
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.journeys import clerk
from tests.journeys.house import SECRET, House, answering, built

UNLIMITED = {"minute": None, "day": None, "app_minute": None}
HOLD = "UPDATE connections SET paused_until = now() + interval '1 hour'"
GO_ON = "UPDATE connections SET paused_until = NULL"
MODULES = {
    "invoice": ("invoices", "invoice_id"),
    "customer_payment": ("customerpayments", "payment_id"),
    "credit_note": ("creditnotes", "creditnote_id"),
    "bill": ("bills", "bill_id"),
    "contact": ("contacts", "contact_id"),
}
WRAPPERS = {"customer_payment": "payment", "credit_note": "creditnote"}
Lost = list[tuple[str, Any]]


def copy(server: str, source: str, target: str) -> None:
    """Put a copy of one database in the place of another; nobody may be connected."""
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)'.encode())
        admin.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"'.encode())


async def up(house: House) -> None:
    await house.start("run")
    await answering(house.client, f"{house.url}/readyz")


async def before_the_copy(house: House) -> tuple[str, Any]:
    """Some work that is done, and a payment that is decided and not sent."""
    customer = await clerk.customer(house, "Acme")
    invoice = await clerk.invoice(house, customer, 500)
    await clerk.pay(house, invoice, 10)
    await house.settled()
    await house.ask(HOLD)
    pending = await clerk.pay(house, invoice, 20)
    await house.until("customer_payment", str(pending["payment_id"]), "waiting")
    return customer, invoice


async def after_the_copy(house: House, customer: str, invoice: Any) -> Lost:
    """What Xero learns and the copy never will."""
    await house.ask(GO_ON)
    paid = await clerk.pay(house, invoice, 30)
    other = await clerk.invoice(house, customer, 70)
    note = await clerk.credit_note(house, customer, 40)
    await clerk.apply_credit(house, note, invoice, 15)
    await retell(house, "credit_note", note)  # Zoho has no webhook for it
    vendor = await clerk.vendor(house, "Supplies")
    bill = await clerk.bill(house, vendor, "B-1", 60)
    await house.settled()
    return [
        ("contact", {"contact_id": vendor}),
        *(("customer_payment", paid), ("invoice", other), ("credit_note", note), ("bill", bill)),
    ]


async def retell(house: House, entity: str, document: Any) -> None:
    """Tell the bridge of a document as it stands in Zoho now, as a sweep of the lists does."""
    path, id_field = MODULES[entity]
    shown = await house.zoho("GET", f"/{path}/{document[id_field]}")
    body = json.dumps({WRAPPERS.get(entity, entity): shown}).encode()
    endpoint = await house.ask("SELECT endpoint FROM connections")
    answer = await house.client.post(
        f"{house.url}/webhooks/zoho/{endpoint}/{entity}/edited",
        content=body,
        headers={
            "Content-Type": "application/json",
            "X-Zoho-Webhook-Signature": hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest(),
        },
    )
    assert answer.status_code == 202, answer.text


def contents(ledger: Any) -> dict[str, Counter[str]]:
    """Everything that Xero holds, without the ids that tell two of the same apart."""
    kept = {
        "contacts": ("Name",),
        "invoices": ("InvoiceNumber", "Type", "Total", "AmountDue", "Status"),
        "payments": ("Reference", "Amount", "Status"),
        "credit_notes": ("CreditNoteNumber", "Total", "RemainingCredit"),
    }
    return {
        name: Counter(str([row.get(field) for field in fields]) for row in ledger[name])
        for name, fields in kept.items()
    }


@pytest.fixture
async def names(postgres_server: str) -> Any:
    """Give a name for the copy, which is dropped afterwards."""
    name = "restore_" + hashlib.sha256(postgres_server.encode()).hexdigest()[:6]
    yield name
    with psycopg.connect(postgres_server, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


async def test_a_restored_database_writes_nothing_twice(
    tmp_path: Path, postgres_server: str, database_url: str, amqp_url: str, names: str
) -> None:
    mine = database_url.rpartition("/")[2]
    async with built(tmp_path, database_url, amqp_url) as house:
        house.environment |= {
            "XERO_CALLS_PER_MINUTE": "60000",
            "XERO_LATE_LIMIT": "1",
            "XERO_QUIET_TIME": "1",
        }
        await house.control("xero/settings", {"limits": UNLIMITED})
        await up(house)
        await house.apply()
        customer, invoice = await before_the_copy(house)
        await house.stop("run")
        copy(postgres_server, mine, names)
        await up(house)
        lost = await after_the_copy(house, customer, invoice)
        truth = contents(await house.xero())
        await house.stop("run")

        copy(postgres_server, names, mine)
        code, printed = await house.bridge("recover", "--connection", "acme")
        assert code == 0, printed
        await house.ask(GO_ON)
        await up(house)
        for entity, document in lost:
            await retell(house, entity, document)
        await house.settled()

        assert contents(await house.xero()) == truth
        assert await house.ask("SELECT count(*) FROM commands WHERE state <> 'done'") == 0
        assert await house.ask("SELECT count(*) FROM links WHERE key LIKE 'payment:%'") == 3

        await clerk.pay(house, invoice, 40)
        await house.settled()
        references = Counter(row["Reference"] for row in (await house.xero())["payments"])
        assert len(references) == 4
        assert set(references.values()) == {1}
