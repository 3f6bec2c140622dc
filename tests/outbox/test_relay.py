"""Delivery to a Xero that answers, refuses, cuts the line and forgets: once, and in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from bridge.crypto import Vault
from bridge.settings import read_settings
from outbox.operate import Choice, retry, skip
from outbox.run import run
from schemas.commands import Command, link
from schemas.words import Ref
from tests.outbox.conftest import Desk, pay, unpay, void_invoice

VAULT = Vault([b"k" * 32])
TIMES = {"XERO_REPEAT_WINDOW": "20", "XERO_LATE_LIMIT": "1", "XERO_QUIET_TIME": "1"}


def contact(number: str = "1", name: str = "Acme") -> Command:
    body = {"Name": name, "ContactNumber": f"ZI-{number}"}
    expected = {"contact_type": "customer"}
    ticket = Ref("contact", number)
    return Command("contact.put", f"contact:{number}", (ticket,), body, expected=expected)


def invoice(number: str = "1", *, amount: str = "100", account: str = "200") -> Command:
    line = {"Description": "x", "Quantity": "1", "UnitAmount": amount, "TaxType": "NONE"}
    return Command(
        "invoice.put",
        f"invoice:{number}",
        (Ref("invoice", number),),
        {
            "Type": "ACCREC",
            "InvoiceNumber": f"INV-{number}",
            "Contact": {"ContactID": link("contact:1")},
            "Date": "2026-02-01",
            "DueDate": "2026-03-01",
            "LineAmountTypes": "Exclusive",
            "CurrencyCode": "CAD",
            "Status": "AUTHORISED",
            "LineItems": [{**line, "AccountCode": account}],
        },
        needs=("contact:1",),
        expected={"total": amount},
    )


def payment(share: str, number: str = "1", amount: str = "40") -> Command:
    command = pay(share, number)
    assert command.body is not None
    command.body.update({"Account": {"Code": "090"}, "Date": "2026-02-02", "Amount": amount})
    return command


class Xero:
    """The sandbox's Xero as a person sees it."""

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self.url = url
        self._client = client

    async def ledger(self) -> Any:
        return (await self._client.get("/_sandbox/xero/ledger")).json()

    async def requests(self) -> list[Any]:
        found = (await self._client.get("/_sandbox/xero/requests")).json()
        rows = found if isinstance(found, list) else found["requests"]
        return [row for row in rows if row["method"] != "GET" and "/api.xro/" in row["path"]]

    async def fail(self, path: str, effect: str, *, method: str = "PUT", **more: Any) -> None:
        fault = {"match": {"method": method, "path": path}, "times": 1, "effect": effect, **more}
        (await self._client.post("/_sandbox/xero/faults", json=[fault])).raise_for_status()


@pytest.fixture
async def xero(sandbox: str) -> AsyncIterator[Xero]:
    async with httpx.AsyncClient(base_url=sandbox) as client:
        yield Xero(sandbox, client)


@pytest.fixture
async def connected(desk: Desk) -> Desk:
    config = {"xero": {"grant": "client_credentials", "client_id": "sandbox-custom"}}
    await desk.pool.execute("UPDATE connections SET config = $1", config)
    await desk.pool.execute(
        "INSERT INTO secrets VALUES ($1, 'xero.client_secret', $2)",
        desk.connection_id,
        VAULT.seal("sandbox-custom-secret", context=f"{desk.connection_id}/xero.client_secret"),
    )
    return desk


@asynccontextmanager
async def delivering(desk: Desk, xero: Xero) -> AsyncIterator[None]:
    """Run an outbox until the block ends."""
    urls = {"XERO_API_URL": xero.url, "XERO_IDENTITY_URL": xero.url}
    stop = asyncio.Event()
    settings = read_settings({**TIMES, **urls})
    task = asyncio.create_task(run(desk.pool, vault=VAULT, settings=settings, stop=stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def until(desk: Desk, *states: str) -> None:
    """Wait until the commands are in these states, in order."""
    async with asyncio.timeout(40):
        while await desk.states() != list(states):  # noqa: ASYNC110  the database tells
            await asyncio.sleep(0.05)


async def test_a_contact_its_invoice_and_the_payment_go_in_this_order(
    connected: Desk, xero: Xero
) -> None:
    await connected.ask(payment("5"))
    await connected.ask(invoice(), document="invoice:1")
    await connected.ask(contact(), document="contact:1")

    async with delivering(connected, xero):
        await until(connected, "pending", "pending", "done")


async def test_what_waits_for_nothing_is_done(connected: Desk, xero: Xero) -> None:
    await connected.ask(contact(), invoice(), payment("5"))

    async with delivering(connected, xero):
        await until(connected, "done", "done", "done")

    paths = [row["path"].removeprefix("/api.xro/2.0") for row in await xero.requests()]
    assert paths == ["/Contacts", "/Invoices", "/Payments"]


async def test_ready_invoices_of_one_contact_travel_together(connected: Desk, xero: Xero) -> None:
    await connected.ask(contact())
    for number in range(1, 31):
        await connected.ask(invoice(str(number)), document=f"invoice:{number}")

    async with delivering(connected, xero):
        await until(connected, *["done"] * 31)

    assert [row["path"].rpartition("/")[2] for row in await xero.requests()] == [
        "Contacts",
        "Invoices",
    ]


async def test_a_refusal_parks_one_and_holds_back_only_what_depends_on_it(
    connected: Desk, xero: Xero
) -> None:
    await connected.ask(contact(), invoice("1", account="999"), payment("5", "1"))
    await connected.ask(invoice("2"), document="invoice:2")

    async with delivering(connected, xero):
        await until(connected, "done", "parked", "pending", "done")

        await connected.ask(invoice("1"))
        await until(connected, "done", "superseded", "done", "done", "done")


@pytest.mark.parametrize("path", ["/Contacts", "/Invoices", "/Payments"])
@pytest.mark.parametrize("effect", ["answer_lost", "request_lost"])
async def test_a_lost_answer_never_makes_a_second_one(
    connected: Desk, xero: Xero, path: str, effect: str
) -> None:
    await xero.fail(path, effect)
    await connected.ask(contact(), invoice(), payment("5"))

    async with delivering(connected, xero):
        await until(connected, "done", "done", "done")

    ledger = await xero.ledger()
    assert [len(ledger[kind]) for kind in ("contacts", "invoices", "payments")] == [1, 1, 1]


@pytest.mark.parametrize("path", ["/Contacts", "/Invoices", "/Payments"])
@pytest.mark.parametrize("applied", [True, False])
async def test_after_an_error_of_xeros_own_it_is_asked_before_anything_is_sent_again(
    connected: Desk, xero: Xero, path: str, applied: bool
) -> None:
    await xero.fail(path, "status", status=500, applied=applied)
    await connected.ask(contact(), invoice(), payment("5"))

    async with delivering(connected, xero):
        await until(connected, "done", "done", "done")

    ledger = await xero.ledger()
    assert [len(ledger[kind]) for kind in ("contacts", "invoices", "payments")] == [1, 1, 1]
    keys = [row["idempotency_key"] for row in await xero.requests() if row["path"].endswith(path)]
    assert len(keys) == len(set(keys)) == (1 if applied else 2)


async def test_after_a_restore_what_xero_holds_already_is_linked_and_not_doubled(
    connected: Desk, xero: Xero
) -> None:
    await connected.ask(contact(), invoice())
    async with delivering(connected, xero):
        await until(connected, "done", "done")
        await connected.pool.execute("DELETE FROM links")
        await connected.ask(contact(), invoice())
        await until(connected, *["done"] * 4)
        await connected.pool.execute("DELETE FROM links WHERE key LIKE 'invoice:%'")
        await connected.ask(invoice(amount="101"))
        await until(connected, *["done"] * 4, "parked")

    assert len((await xero.ledger())["invoices"]) == 1


async def test_a_payment_is_changed_by_taking_it_back_first(connected: Desk, xero: Xero) -> None:
    await connected.ask(contact(), invoice(), payment("5"))
    async with delivering(connected, xero):
        await until(connected, "done", "done", "done")
        await connected.ask(unpay("5"), payment("5", amount="60"))
        await until(connected, *["done"] * 5)

    amounts = [(row["Status"], row["Amount"]) for row in (await xero.ledger())["payments"]]
    assert sorted(amounts) == [("AUTHORISED", "60.00"), ("DELETED", "40.00")]


async def test_a_voided_invoice_ends_in_xero_too(connected: Desk, xero: Xero) -> None:
    await connected.ask(contact(), invoice())
    async with delivering(connected, xero):
        await until(connected, "done", "done")
        await connected.ask(void_invoice())
        await until(connected, "done", "done", "done")

    assert [row["Status"] for row in (await xero.ledger())["invoices"]] == ["VOIDED"]


async def test_a_skipped_command_frees_what_waits_behind_it(connected: Desk, xero: Xero) -> None:
    await connected.ask(contact(), invoice("1"))
    async with delivering(connected, xero):
        await until(connected, "done", "done")
        await connected.ask(invoice("1", account="999"), payment("5"))
        await until(connected, "done", "done", "parked", "pending")
        async with connected.pool.acquire() as connection:
            chosen = Choice(everything=True)
            assert await retry(connection, connected.connection_id, chosen)
        await until(connected, "done", "done", "parked", "pending")
        async with connected.pool.acquire() as connection:
            assert await skip(connection, connected.connection_id, chosen, reason="by hand")
        await until(connected, "done", "done", "skipped", "done")


async def test_a_full_minute_delays_and_never_breaks_the_limit(connected: Desk, xero: Xero) -> None:
    await xero.fail("/Contacts", "status", status=429, retry_after=1)
    await connected.ask(contact())

    async with delivering(connected, xero):
        await until(connected, "done")


async def test_an_earlier_undecided_event_holds_a_command_back(connected: Desk, xero: Xero) -> None:
    earlier = await connected.event("contact:1", state="undecided")
    await connected.ask(contact(), document="contact:1")

    async with delivering(connected, xero):
        await asyncio.sleep(0.5)
        assert await connected.states() == ["pending"]
        await connected.pool.execute("UPDATE events SET state = 'decided' WHERE id = $1", earlier)
        await until(connected, "done")
