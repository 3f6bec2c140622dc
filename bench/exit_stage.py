"""The exit by itself: stand-ins, outbox processes, and connections that are made directly."""

import asyncio
import os
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import httpx

from bench.bridge_processes import start, used, wait
from bridge.crypto import Vault, generate_key, parse_keys
from bridge.migrate import upgrade
from bridge.ports import free_port
from bridge.postgres import Pool, create_pool
from tests.servers import postgres

OPEN: Final = """
SELECT count(*) FROM commands WHERE state IN ('pending', 'sending', 'ambiguous')
"""
CONNECT: Final = """
INSERT INTO connections (name, endpoint, organization_id, config, cutover, enabled)
VALUES ($1, $1, $1, $2, $3, $4) RETURNING id
"""

Limits = tuple[int | None, ...]
LIMITS: Final = ("minute", "day", "concurrent", "app_minute")
NO_LIMITS: Final[Limits] = (None, None, None, None)
XEROS: Final[Limits] = (60, None, 5, None)  # but the day's: a bench lasts longer on its fast clock


@dataclass
class Stage:
    """A database, a sandbox that runs, and as many outbox processes as are started."""

    pool: Pool
    sandbox: str
    client: httpx.AsyncClient
    environment: dict[str, str]
    stack: ExitStack
    processes: list[Any] = field(default_factory=list)

    def start_outbox(self) -> None:
        """Start one more outbox process."""
        self.processes.append(start(self.stack, ["outbox"], self.environment))

    def processor_seconds(self) -> float:
        """Processor time that all outbox processes have used."""
        return sum(used(process.pid) for process in self.processes)

    async def turn(self, **settings: Any) -> None:
        """Turn the sandbox's screws."""
        url = f"{self.sandbox}/_sandbox/xero/settings"
        (await self.client.post(url, json=settings)).raise_for_status()

    async def connect(self, name: str, *, enabled: bool = True, limits: Limits = NO_LIMITS) -> int:
        """Make an organisation of its own in the sandbox, and a connection to it."""
        made = {"name": name, "client_id": name, "client_secret": f"{name}-secret"}
        url = f"{self.sandbox}/_sandbox/xero/organisations"
        answer = (await self.client.post(url, json=made)).raise_for_status()
        tenant = answer.json()["tenant_id"]
        await self.turn(tenant=tenant, limits=dict(zip(LIMITS, limits, strict=True)))
        xero = {"grant": "client_credentials", "client_id": name, "tenant_id": tenant}
        config = {"xero": xero}
        connection_id: int = await self.pool.fetchval(
            CONNECT, name, config, date(2026, 1, 1), enabled
        )
        key = parse_keys(self.environment["BRIDGE_SECRET_KEY"])
        context = f"{connection_id}/xero.client_secret"
        sealed = Vault(key).seal(f"{name}-secret", context=context)
        await self.pool.execute(
            "INSERT INTO secrets VALUES ($1, 'xero.client_secret', $2)", connection_id, sealed
        )
        await self.pool.execute("SELECT pg_notify('connections', $1)", str(connection_id))
        return connection_id

    async def enable(self) -> None:
        """Let what waits go."""
        await self.pool.execute("UPDATE connections SET enabled = true")
        await self.pool.execute("SELECT pg_notify('connections', id::text) FROM connections")
        await self.pool.execute("SELECT pg_notify('outbox', id::text) FROM connections")

    async def calls(self) -> Counter[str]:
        """Count the requests that the sandbox's Xero API has had, by method and kind of thing."""
        rows = (await self.client.get(f"{self.sandbox}/_sandbox/xero/requests")).json()
        api = [row for row in rows if "/api.xro/" in row["path"]]
        return Counter(
            f"{row['method']} {row['path'].split('/')[3]} {row['status']}" for row in api
        )

    async def through(self, patience: float) -> float:
        """Wait until nothing is on its way any more; gives the seconds that it took."""
        begun = time.perf_counter()
        while await self.pool.fetchval(OPEN):
            if time.perf_counter() - begun > patience:
                raise TimeoutError("the backlog is not through")
            await asyncio.sleep(0.05)
        return time.perf_counter() - begun


@asynccontextmanager
async def stage(name: str, **settings: str) -> AsyncIterator[Stage]:
    """Set up a database and a sandbox without limits; no outbox runs yet."""
    server = os.environ["DATABASE_URL"]
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bridge-bench-"))
        url = stack.enter_context(postgres.database(server, f"bridge_bench_{name}"))
        upgrade(url)
        sandbox = f"http://127.0.0.1:{free_port()}"
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "BRIDGE_DATA_DIR": folder,
            "BRIDGE_SECRET_KEY": generate_key(),
            "BRIDGE_LOG_LEVEL": "warning",
            "XERO_API_URL": sandbox,
            "XERO_IDENTITY_URL": sandbox,
            **settings,
        }
        start(stack, ["sandbox", "--port", sandbox.rpartition(":")[2]], environment)
        wait(f"{sandbox}/_sandbox/xero/ledger")
        async with await create_pool(url) as pool, httpx.AsyncClient(timeout=60) as client:
            yield Stage(pool, sandbox, client, environment, stack)
