"""A bridge's door in this process: real HTTP, a real journal, one connection called acme."""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from bridge.bus import Bus
from bridge.crypto import Vault
from bridge.local_bus import LocalBus
from bridge.operations import serve
from bridge.ports import free_port
from bridge.postgres import Pool
from bridge.settings import Settings, read_settings
from ingress.app import build_app
from ingress.connections.office import Office
from processors.shell.replan import replan_parked

SECRET = "acmesecrettoken"
ENDPOINT = "acme-endpoint"
ORGANISATION = "60001234"
TOKEN = "a-token-for-tests"
VAULT = Vault([b"k" * 32])


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all take its time: the tests' servers may have much else to do."""
    monkeypatch.setattr("ingress.app.DRAIN_SECONDS", 60)
    monkeypatch.setattr("ingress.journal.knocks.LONGEST_WAIT", 60.0)
    for module in ("journal.writer", "journal.knocks", "webhooks.directory", "webhooks.xero"):
        monkeypatch.setattr(f"ingress.{module}.PATIENCE", 60.0)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let PostgreSQL be waited for no longer than it is in earnest."""
    for module in ("journal.writer", "journal.knocks", "webhooks.directory"):
        monkeypatch.setattr(f"ingress.{module}.PATIENCE", 3.0)


def settings(**environ: str) -> Settings:
    return read_settings({"BRIDGE_API_TOKEN": TOKEN} | environ)


def signature(body: bytes, query: str = "", secret: str = SECRET) -> str:
    """Sign a body as Zoho does; `query` already joined as it is signed."""
    return hmac.new(secret.encode(), query.encode() + body, "sha256").hexdigest()


def invoice(zoho_id: str = "4600000000000001", **fields: Any) -> dict[str, Any]:
    return {"invoice": {"invoice_id": zoho_id, "invoice_number": "INV-1", "total": 10.5} | fields}


def stamped(zoho_id: str = "4600000000000001", **fields: Any) -> dict[str, Any]:
    return invoice(zoho_id, last_modified_time="2026-06-09T09:46:21-0400", **fields)


async def connect(pool: Pool, name: str = "acme", **secrets: str) -> int:
    """Make a connection as `bridge connection apply` does; gives its number."""
    number: int = await pool.fetchval(
        "INSERT INTO connections (name, endpoint, organization_id, config, cutover)"
        " VALUES ($1, $2, $3, '{}', '2026-01-01') RETURNING id",
        name,
        f"{name}-endpoint",
        ORGANISATION,
    )
    for secret, text in (secrets or {"webhook_secret": SECRET}).items():
        await keep_secret(pool, number, secret, text)
    await pool.execute("SELECT pg_notify('connections', $1)", str(number))
    return number


async def keep_secret(pool: Pool, number: int, name: str, text: str) -> None:
    name = f"zoho.{name}"
    await pool.execute(
        "INSERT INTO secrets (connection_id, name, sealed) VALUES ($1, $2, $3)"
        " ON CONFLICT (connection_id, name) DO UPDATE SET sealed = excluded.sealed",
        number,
        name,
        VAULT.seal(text, context=f"{number}/{name}"),
    )


@dataclass
class Door:
    """What runs, and how Zoho knocks on it."""

    client: httpx.AsyncClient
    pool: Pool
    bus: Bus
    number: int = 0

    async def post(
        self,
        content: Any,
        address: str = f"{ENDPOINT}/invoice/created",
        *,
        secret: str = SECRET,
        query: str = "",
        **headers: str,
    ) -> httpx.Response:
        """Post a signed webhook; `content` is bytes, or what JSON says."""
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        mark = signature(body, query.replace("=", "").replace("&", ""), secret)
        return await self.client.post(
            f"/webhooks/zoho/{address}" + (f"?{query}" if query else ""),
            content=body,
            headers={"X-Zoho-Webhook-Signature": mark, "Content-Type": "application/json"}
            | headers,
        )

    async def events(self) -> list[dict[str, Any]]:
        """The journal, in its order."""
        return [dict(row) for row in await self.pool.fetch("SELECT * FROM events ORDER BY id")]


@asynccontextmanager
async def opened(pool: Pool, bus: Bus, port: int = 0, **environ: str) -> AsyncIterator[Door]:
    """Open a door on a port, by default any that is free."""
    app = build_app(Office(pool, VAULT, settings(**environ), replan_parked), bus)
    port, stop = port or free_port(), asyncio.Event()
    serving = asyncio.create_task(serve(app, "127.0.0.1", port, stop))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        try:
            await answering(client, serving)
            yield Door(client, pool, bus)
        finally:
            stop.set()
            await serving


async def answering(client: httpx.AsyncClient, serving: asyncio.Task[None]) -> None:
    while not serving.done():
        try:
            await client.get("/healthz")
        except httpx.TransportError:
            await asyncio.sleep(0.02)
        else:
            return
    await serving


@pytest.fixture
async def door(pool: Pool) -> AsyncIterator[Door]:
    """Give an open door with one connection, acme."""
    number = await connect(pool)
    async with opened(pool, LocalBus()) as door:
        door.number = number
        yield door
