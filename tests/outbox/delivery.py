"""A Xero to deliver to, commands that it takes, and an outbox that runs while a test looks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from bridge.crypto import Vault
from bridge.parts import Parts
from bridge.settings import read_settings
from outbox.run import run
from schemas.commands import Command, link
from schemas.words import Ref
from tests.outbox.desk import Desk, pay

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

    async def calls(self) -> list[Any]:
        """Every call of the API, in order."""
        found = (await self._client.get("/_sandbox/xero/requests")).json()
        rows = found if isinstance(found, list) else found["requests"]
        return [row for row in rows if "/api.xro/" in row["path"]]

    async def requests(self) -> list[Any]:
        """Those that may change something."""
        return [row for row in await self.calls() if row["method"] != "GET"]

    async def set(self, **settings: Any) -> None:
        """Turn the sandbox's own screws."""
        answer = await self._client.post("/_sandbox/xero/settings", json=settings)
        answer.raise_for_status()

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Call Xero's API as a custom connection does."""
        token = await self._client.post(
            "/connect/token",
            data={"grant_type": "client_credentials"},
            auth=("sandbox-custom", "sandbox-custom-secret"),
        )
        bearer = f"Bearer {token.json()['access_token']}"
        headers = {"Authorization": bearer, "Accept": "application/json"}
        url = f"/api.xro/2.0{path}"
        answer = await self._client.request(method, url, headers=headers, **more)
        return answer.raise_for_status()

    async def make_contact(self, name: str = "Acme") -> str:
        """Make a contact in Xero by hand; gives its id."""
        answer = await self.ask("PUT", "/Contacts", json={"Contacts": [{"Name": name}]})
        found: str = answer.json()["Contacts"][0]["ContactID"]
        return found

    async def calls_left(self) -> int:
        """What Xero says is left of the day, the asking not counted."""
        answer = await self.ask("GET", "/Organisation")
        return int(answer.headers["X-DayLimit-Remaining"]) + 1

    async def fail(
        self, path: str, effect: str, *, method: str = "PUT", holds: str | None = None, **more: Any
    ) -> None:
        """Let the next such request go wrong; `holds` is a text in its body."""
        match = {"method": method, "path": path, "body": holds}
        fault = {"match": match, "times": 1, "effect": effect, **more}
        (await self._client.post("/_sandbox/xero/faults", json=[fault])).raise_for_status()

    async def heal(self) -> None:
        """Let nothing more go wrong."""
        (await self._client.delete("/_sandbox/xero/faults")).raise_for_status()


@asynccontextmanager
async def delivering(desk: Desk, xero: Xero) -> AsyncIterator[None]:
    """Run an outbox until the block ends."""
    places = ("XERO_API_URL", "XERO_IDENTITY_URL", "ZOHO_API_URL", "ZOHO_ACCOUNTS_URL")
    urls = dict.fromkeys(places, xero.url)
    stop = asyncio.Event()
    settings = read_settings({**TIMES, **urls})
    task = asyncio.create_task(run(Parts(desk.pool, VAULT, settings), stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def until(desk: Desk, *states: str) -> None:
    """Wait until the commands are in these states, in order."""
    async with asyncio.timeout(120):  # an outage is probed ever more rarely
        while await desk.states() != list(states):  # noqa: ASYNC110  the database tells
            await asyncio.sleep(0.05)
