"""A person's desk at the Zoho stand-in: real HTTP, a clock that stands still, and a letter box."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.server import running
from sandbox.zoho.app import routes
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.state import ORGANISATION, PERSON_TOKEN, ZohoState

NOON = datetime(2026, 6, 15, 16, tzinfo=UTC)  # noon in Toronto
SECRET = "zohosecret1234"
HST, GST, GROUP, QST = (f"4600000000000{end}" for end in ("911", "913", "915", "916"))
BANK = "4600000000000361"
LINE = {"name": "Work", "rate": 100, "quantity": 1}
WRITTEN = {201, 200}

Json = dict[str, Any]


@dataclass(frozen=True)
class Letter:
    """A webhook as it arrived."""

    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class LetterBox:
    """Takes webhooks, and answers with the statuses it is told, 202 after those."""

    letters: list[Letter] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        body = await request.body()
        letter = Letter(request.url.path, request.url.query, dict(request.headers), body)
        self.letters.append(letter)
        return Response(status_code=self.statuses.pop(0) if self.statuses else 202)

    @property
    def paths(self) -> list[str]:
        """Where the letters went, `/webhooks/zoho/…` left out."""
        return [letter.path.removeprefix("/hook/") for letter in self.letters]


@dataclass
class Desk:
    """A client of a person at a screen, and the state behind it."""

    state: ZohoState
    http: httpx.AsyncClient
    clock: Clock
    box: LetterBox
    stack: AsyncExitStack

    @property
    def org(self) -> Organisation:
        return self.state.organisations[ORGANISATION]

    async def call(
        self, method: str, path: str, body: Any = None, api: str = "/inventory/v1", **query: Any
    ) -> httpx.Response:
        asked = {"organization_id": ORGANISATION, **query}
        return await self.http.request(method, api + path, json=body, params=asked)

    async def do(self, method: str, path: str, body: Any = None, **query: Any) -> Json:
        answer = await self.call(method, path, body, **query)
        assert answer.status_code in WRITTEN, answer.text
        done: Json = answer.json(parse_float=Decimal)
        return done

    async def get(self, path: str, **query: Any) -> Json:
        return await self.do("GET", path, **query)

    async def refused(self, method: str, path: str, body: Any = None, **query: Any) -> int:
        """Give the code of a call that must be refused."""
        answer = await self.call(method, path, body, **query)
        assert answer.status_code not in WRITTEN, answer.text
        return int(answer.json()["code"])

    async def control(self, path: str, body: Any = None) -> Json:
        answer = await self.http.post(f"/_sandbox/zoho/{path}", json=body or {})
        assert answer.status_code == 200, answer.text
        done: Json = answer.json()
        return done

    async def contact(self, name: str = "Acme", **fields: Any) -> str:
        made = await self.do("POST", "/contacts", {"contact_name": name, **fields})
        return str(made["contact"]["contact_id"])

    async def vendor(self, name: str = "Beta Supplies", **fields: Any) -> str:
        return await self.contact(name, contact_type="vendor", **fields)

    async def invoice(self, customer: str, *lines: Json, sent: bool = True, **fields: Any) -> Json:
        body = {"customer_id": customer, "line_items": list(lines) or [LINE], **fields}
        made = await self.do("POST", "/invoices", body, send="true" if sent else "false")
        invoice: Json = made["invoice"]
        return invoice

    async def bill(self, vendor: str, *lines: Json, **fields: Any) -> Json:
        body = {"vendor_id": vendor, "line_items": list(lines) or [LINE], "bill_number": "B-1"}
        bill: Json = (await self.do("POST", "/bills", body | fields))["bill"]
        return bill

    async def pay(
        self, customer: str, amount: Any, *shares: tuple[str, Any], **fields: Any
    ) -> Json:
        rows = [{"invoice_id": invoice, "amount_applied": part} for invoice, part in shares]
        body = {"customer_id": customer, "payment_mode": "cash", "amount": amount}
        made = await self.do("POST", "/customerpayments", body | {"invoices": rows} | fields)
        payment: Json = made["payment"]
        return payment

    async def read(self, path: str, root: str) -> Json:
        document: Json = (await self.get(path))[root]
        return document

    async def hook(self) -> None:
        """Open the letter box, and install all rules with its address."""
        take = Route("/hook/{rest:path}", self.box.take, methods=["POST", "PUT", "DELETE"])
        base = await self.stack.enter_async_context(running(Starlette(routes=[take])))
        await self.control("webhooks", {"base_url": f"{base}/hook", "secret": SECRET})


@asynccontextmanager
async def desk() -> AsyncIterator[Desk]:
    """Give a desk at a Zoho stand-in of its own."""
    clock = Clock(NOON, speed=0)
    state = ZohoState(clock)
    state.webhooks.behaviour.retries = (0.01, 0.01)
    person = {"Authorization": f"Zoho-oauthtoken {PERSON_TOKEN}"}
    async with (
        AsyncExitStack() as stack,
        running(Starlette(routes=routes(state))) as base,
        httpx.AsyncClient(base_url=base, headers=person, timeout=60) as http,
    ):
        yield Desk(state, http, clock, LetterBox(), stack)
        await state.webhooks.close()
