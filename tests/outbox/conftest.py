"""A connection in the database, and a Xero for it."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from bridge.postgres import Pool
from tests.outbox.delivery import VAULT, Xero
from tests.outbox.desk import Desk
from tests.outbox.zoho.person import Zoho


@pytest.fixture
async def desk(pool: Pool) -> Desk:
    """A connection with an empty outbox."""
    connection_id = await pool.fetchval(
        """INSERT INTO connections (name, endpoint, organization_id, config, cutover)
           VALUES ('acme', 'e', '6', '{}', $1) RETURNING id""",
        date(2026, 1, 1),
    )
    return Desk(pool, connection_id)


@pytest.fixture
async def xero(sandbox: str) -> AsyncIterator[Xero]:
    async with httpx.AsyncClient(base_url=sandbox, timeout=60) as client:
        yield Xero(sandbox, client)


@pytest.fixture
async def zoho(sandbox: str) -> AsyncIterator[Zoho]:
    async with httpx.AsyncClient(base_url=sandbox, timeout=60) as client:
        yield Zoho(client)


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


@pytest.fixture
async def sister(connected: Desk) -> Desk:
    """Another connection, with the same custom connection at Xero."""
    number: int = await connected.pool.fetchval(
        """INSERT INTO connections (name, endpoint, organization_id, config, cutover)
           SELECT 'sister', 's', '7', config, $1 FROM connections RETURNING id""",
        date(2026, 1, 1),
    )
    sealed = VAULT.seal("sandbox-custom-secret", context=f"{number}/xero.client_secret")
    secret = "INSERT INTO secrets VALUES ($1, 'xero.client_secret', $2)"
    await connected.pool.execute(secret, number, sealed)
    return Desk(connected.pool, number)
