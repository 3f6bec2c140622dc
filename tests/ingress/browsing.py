"""A bridge beside the stand-ins, and a person with a browser before both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from bridge.local_bus import LocalBus
from bridge.ports import free_port
from bridge.postgres import Pool
from clients.xero.grants import Grant
from clients.xero.identity import Endpoints
from ingress.connections.office import Office
from ingress.connections.taking import take
from processors.shell.replan import replan_parked
from sandbox.xero.state import WEB_APP
from schemas.connections import read_file
from tests.ingress.conftest import TOKEN, VAULT, opened, settings

BEARER = {"Authorization": f"Bearer {TOKEN}"}
FILE = """
name = "acme"
cutover = 2026-01-01
[zoho]
organization_id = "60001234"
data_centre = "ca"
webhook_secret = "acmesecrettoken"
[xero]
grant = "authorization_code"
[accounts]
sales = "200"
bank = "090"
"""


@dataclass
class Desk:
    """The office, the stand-ins, and the address under which browsers know the bridge."""

    office: Office
    sandbox: str
    url: str
    http: httpx.AsyncClient

    @property
    def pool(self) -> Pool:
        return self.office.pool

    async def apply(self, text: str = FILE) -> list[str]:
        """Apply a connection file; gives the warnings."""
        _, warnings = await take(self.office, read_file(text, {}), "user:anna", text=text)
        return warnings

    def browser(self, **headers: str) -> httpx.AsyncClient:
        """Open a browser that follows wherever it is sent, as somebody with the admin's token."""
        return httpx.AsyncClient(
            base_url=self.url, headers={**BEARER, **headers}, follow_redirects=True, timeout=60
        )

    async def connect(self, name: str = "acme", system: str = "xero") -> str:
        """Connect a connection in a browser of its own; gives the word that it ends with."""
        async with self.browser() as browser:
            return word(await browser.get(f"/connect/{system}/{name}"))

    async def control(self, path: str, body: Any) -> Any:
        """Turn one of the stand-ins' own screws."""
        answer = await self.http.post(f"{self.sandbox}/_sandbox/{path}", json=body)
        return answer.raise_for_status().json()

    async def problems(self) -> dict[str, str]:
        """What a person must mend, by code."""
        rows = await self.pool.fetch("SELECT code, what FROM problems")
        return {row["code"]: row["what"] for row in rows}

    async def row(self, statement: str) -> dict[str, Any]:
        """Read the one row of a statement."""
        (found,) = await self.pool.fetch(statement)
        return dict(found)

    async def number(self, name: str = "acme") -> int:
        """A connection's number."""
        found: int = await self.pool.fetchval("SELECT id FROM connections WHERE name = $1", name)
        return found

    async def grant(self, name: str = "acme") -> Grant:
        """A process's view of the connection's grant."""
        endpoints = Endpoints.of(self.office.settings)
        return Grant(self.pool, VAULT, endpoints, await self.number(name))


def word(answer: httpx.Response) -> str:
    """The word that a browser was led on with, wherever it has come to since."""
    addresses = [each.url for each in (*answer.history, answer)]
    return next((url.params["connect"] for url in addresses if "connect" in url.params), "")


@asynccontextmanager
async def seated(pool: Pool, sandbox: str, **environ: str) -> AsyncIterator[Desk]:
    """Open the bridge's door under `localhost`, which is the http address that Xero accepts."""
    port = free_port()
    given = {
        "BRIDGE_PUBLIC_URL": f"http://localhost:{port}",
        "XERO_API_URL": sandbox,
        "XERO_IDENTITY_URL": sandbox,
        "XERO_LOGIN_URL": sandbox,
        "ZOHO_API_URL": sandbox,
        "ZOHO_ACCOUNTS_URL": sandbox,
        "XERO_CLIENT_ID": WEB_APP.client_id,
        "XERO_CLIENT_SECRET": WEB_APP.secret,
        **environ,
    }
    office = Office(pool, VAULT, settings(**given), replan_parked)
    async with (
        opened(pool, LocalBus(), port, **given),
        httpx.AsyncClient(timeout=60) as http,
    ):
        yield Desk(office, sandbox, f"http://localhost:{port}", http)
