"""A desk at the Xero stand-in: real HTTP, a clock that stands still, no limits unless asked for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from sandbox.app import build_app
from sandbox.clock import Clock
from sandbox.server import running
from sandbox.xero.limits import Limits
from sandbox.xero.organisation import Organisation
from sandbox.xero.state import CUSTOM_APP, TENANT, XeroState

NOON = datetime(2026, 6, 15, 16, tzinfo=UTC)  # noon in Toronto
API = "/api.xro/2.0"
LINE = {"Description": "Work", "Quantity": 1, "UnitAmount": 100, "AccountCode": "200"}

Json = dict[str, Any]


@dataclass
class Desk:
    """A client that is already let in, and the state behind it."""

    state: XeroState
    http: httpx.AsyncClient
    base: str

    @property
    def org(self) -> Organisation:
        return self.state.organisations[TENANT]

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.http.get(API + path, params=query)

    async def put(
        self, path: str, body: Any, *, key: str | None = None, **query: Any
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.http.put(API + path, json=body, params=query, headers=headers)

    async def post(
        self, path: str, body: Any, *, key: str | None = None, **query: Any
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return await self.http.post(API + path, json=body, params=query, headers=headers)

    async def control(self, path: str, body: Any) -> Json:
        answer = await self.http.post(f"/_sandbox/xero/{path}", json=body)
        assert answer.status_code == 200, answer.text
        done: Json = answer.json()
        return done

    async def renew(self) -> None:
        """Get a new access token: the old one has thirty minutes."""
        value = await token(self.http, CUSTOM_APP.client_id, CUSTOM_APP.secret)
        self.http.headers["Authorization"] = f"Bearer {value}"

    async def at_work(self, requests: int) -> None:
        """Wait until so many of the requests logged have got past the door."""
        while sum("in_flight" in entry for entry in self.state.log) < requests:  # noqa: ASYNC110  # the log has no event
            await asyncio.sleep(0.01)

    async def contact(self, name: str = "Acme", **more: Any) -> str:
        answer = await self.put("/Contacts", {"Contacts": [{"Name": name, **more}]})
        return str(only(answer, "Contacts")["ContactID"])

    async def invoice(self, contact: str, **more: Any) -> Json:
        answer = await self.put("/Invoices", {"Invoices": [an_invoice(contact, **more)]})
        return only(answer, "Invoices")

    async def credit_note(self, contact: str, **more: Any) -> Json:
        note = {**an_invoice(contact), "Type": "ACCRECCREDIT", **more}
        return only(await self.put("/CreditNotes", {"CreditNotes": [note]}), "CreditNotes")

    async def pay(self, invoice: Json, amount: Any, **more: Any) -> httpx.Response:
        payment = {
            "Invoice": {"InvoiceID": invoice["InvoiceID"]},
            "Account": {"Code": "090"},
            "Amount": amount,
            **more,
        }
        return await self.put("/Payments", {"Payments": [payment]})

    async def allocate(self, note: Json, invoice: Json, amount: Any) -> httpx.Response:
        allocation = {
            "Amount": amount,
            "Date": "2026-06-15",
            "Invoice": {"InvoiceID": invoice["InvoiceID"]},
        }
        path = f"/CreditNotes/{note['CreditNoteID']}/Allocations"
        return await self.put(path, {"Allocations": [allocation]})

    async def now(self, invoice: Json) -> Json:
        """Read the invoice again."""
        return only(await self.get(f"/Invoices/{invoice['InvoiceID']}"), "Invoices")


def an_invoice(contact: str, **more: Any) -> Json:
    """An invoice of one untaxed line of 100 dollars, approved."""
    return {
        "Type": "ACCREC",
        "Contact": {"ContactID": contact},
        "Date": "2026-06-01",
        "Status": "AUTHORISED",
        "LineAmountTypes": "NoTax",
        "LineItems": [LINE],
        **more,
    }


def only(answer: httpx.Response, plural: str) -> Json:
    """Return the one element of an answer that must be good."""
    assert answer.status_code == 200, answer.text
    (element,) = answer.json()[plural]
    kept: Json = element
    return kept


def refusals(answer: httpx.Response) -> list[str]:
    """Return the sentences of a 400 of business validation."""
    body = answer.json()
    assert (answer.status_code, body.get("ErrorNumber")) == (400, 10), answer.text
    return [e["Message"] for element in body["Elements"] for e in element["ValidationErrors"]]


async def token(http: httpx.AsyncClient, client_id: str, secret: str) -> str:
    """Get an access token for a custom connection."""
    form = {"grant_type": "client_credentials"}
    answer = await http.post("/connect/token", data=form, auth=(client_id, secret))
    return str(answer.json()["access_token"])


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    """Run a stand-in and sit down before it."""
    state = XeroState(clock=Clock(NOON, speed=0))
    state.organisations[TENANT].limits = Limits(None, None, None, None)
    headers = {"Accept": "application/json"}
    async with (
        running(build_app(state)) as base,
        httpx.AsyncClient(base_url=base, headers=headers, timeout=60) as http,
    ):
        seat = Desk(state, http, base)
        await seat.renew()
        yield seat
