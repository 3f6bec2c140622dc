"""A connection in the database, and sessions of as many processes as a test wants."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from bridge.crypto import Vault
from bridge.parts import Parts
from bridge.postgres import Pool
from bridge.settings import Settings, read_settings
from clients.zoho.budget import LIVE, Lane
from clients.zoho.session import ZohoSession, opened
from sandbox.zoho.state import (
    CLIENT_ID,
    CLIENT_SECRET,
    ORGANISATION,
    PERSON_TOKEN,
    REFRESH_TOKEN,
)

VAULT = Vault([b"k" * 32])
PERSON = {"Authorization": f"Zoho-oauthtoken {PERSON_TOKEN}"}


@dataclass
class Line:
    """What tests of the client need: the stand-in, the database, one connection."""

    sandbox: str
    pool: Pool
    connection_id: int
    per_minute: int = 100
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def read(self) -> Settings:
        urls = {"ZOHO_API_URL": self.sandbox, "ZOHO_ACCOUNTS_URL": self.sandbox}
        limit = {"ZOHO_CALLS_PER_MINUTE": str(self.per_minute)}
        return read_settings({**urls, **limit, **self.settings})

    @asynccontextmanager
    async def session(
        self, *, lane: Lane = LIVE, patience: float = 0.0
    ) -> AsyncIterator[ZohoSession]:
        async with opened(
            Parts(self.pool, VAULT, self.read), self.connection_id, lane=lane, patience=patience
        ) as session:
            yield session

    async def secret(self, name: str, value: str) -> None:
        sealed = VAULT.seal(value, context=f"{self.connection_id}/{name}")
        await self.pool.execute(
            "INSERT INTO secrets VALUES ($1, $2, $3)"
            " ON CONFLICT (connection_id, name) DO UPDATE SET sealed = excluded.sealed",
            self.connection_id,
            name,
            sealed,
        )

    async def clock(self, seconds: float) -> None:
        """Push the stand-ins' time forward."""
        async with httpx.AsyncClient(base_url=self.sandbox, timeout=60) as client:
            answer = await client.post("/_sandbox/xero/clock", json={"seconds": seconds})
        assert answer.status_code == 200, answer.text

    async def freeze(self) -> None:
        """Let time stand still in Zoho."""
        async with httpx.AsyncClient(base_url=self.sandbox, timeout=60) as client:
            answer = await client.post("/_sandbox/xero/clock", json={"speed": 0})
        assert answer.status_code == 200, answer.text

    async def control(self, path: str, **given: Any) -> Any:
        async with httpx.AsyncClient(
            base_url=f"{self.sandbox}/_sandbox/zoho", timeout=60
        ) as client:
            method = "GET" if path in {"meter", "deliveries"} else "POST"
            answer = await client.request(method, f"/{path}", json=given)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def by_hand(
        self, method: str, path: str, body: Any = None, product: str = "inventory", **query: str
    ) -> Any:
        """Do something in Zoho as a person at a screen; gives the answer."""
        root = {"inventory": "/inventory/v1", "books": "/books/v3"}[product]
        query["organization_id"] = ORGANISATION
        async with httpx.AsyncClient(base_url=self.sandbox, headers=PERSON, timeout=60) as client:
            answer = await client.request(method, root + path, json=body, params=query)
        assert answer.is_success, answer.text
        return answer.json()

    async def problems(self) -> list[str]:
        rows = await self.pool.fetch("SELECT code FROM problems ORDER BY code")
        return [row["code"] for row in rows]


async def connect(
    pool: Pool, sandbox: str, more: dict[str, Any] | None = None, zone: str = "America/Toronto"
) -> Line:
    """Make a connection whose credentials are the stand-in's own; `more` of its configuration."""
    config = {"zoho": {"data_centre": "ca", "client_id": CLIENT_ID}, **(more or {})}
    connection_id = await pool.fetchval(
        "INSERT INTO connections (name, endpoint, organization_id, config, cutover, timezone,"
        " base_currency) VALUES ('acme', 'e', $1, $2, '2026-01-01', $3, 'CAD') RETURNING id",
        ORGANISATION,
        config,
        zone,
    )
    line = Line(sandbox, pool, connection_id)
    await line.secret("zoho.client_secret", CLIENT_SECRET)
    await line.secret("zoho.refresh_token", REFRESH_TOKEN)
    return line
