"""The whole house in real processes: stand-ins, broker, database, `bridge run`."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from bridge.ports import free_port

BRIDGE = str(Path(sys.executable).with_name("bridge"))
PERSON = {"Authorization": "Zoho-oauthtoken sandbox-person"}
ORGANISED = {"organization_id": "60001234"}
SECRET = "journeysecret20"
TOKEN = "a-token-for-journeys"
PATIENCE = 90.0  # seconds; processes may begin slowly, and share a machine with others
FILE = (Path(__file__).parent / "acme.toml").read_text(encoding="utf-8")
BUSY = """
SELECT EXISTS (SELECT FROM events WHERE state = 'undecided')
    OR EXISTS (SELECT FROM commands WHERE state IN ('pending', 'sending', 'ambiguous'))
"""
OPEN = "SELECT concat_ws(' ', key, kind, state, reason) FROM commands WHERE finished_at IS NULL"
ZOHO = {"void_unlinks": True, "delete_body": "json"}
PRODUCTS = {"inventory": "/inventory/v1", "books": "/books/v3"}


@dataclass
class House:
    """Everything that runs, and what its users can do with it."""

    folder: Path
    environment: dict[str, str]
    sandbox: str
    url: str
    client: httpx.AsyncClient
    processes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    async def start(self, *roles: str, **settings: str) -> None:
        """Start a process for each role, with settings of its own."""
        for role in roles:
            with (self.folder / f"{role}.log").open("ab") as log:
                self.processes[role] = await asyncio.create_subprocess_exec(
                    BRIDGE, role, env={**self.environment, **settings}, stdout=log, stderr=log
                )

    async def kill(self, role: str) -> None:
        """Kill a process without a word."""
        process = self.processes.pop(role)
        process.kill()
        await process.wait()

    async def stop(self, role: str) -> int:
        """Ask a process to stop; gives its exit code."""
        process = self.processes.pop(role)
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        return await process.wait()

    async def bridge(self, *arguments: str) -> tuple[int, str]:
        """Run a command; gives its exit code and what it printed."""
        process = await asyncio.create_subprocess_exec(
            BRIDGE,
            *arguments,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        return process.returncode or 0, printed.decode()

    async def apply(self, text: str = FILE) -> None:
        """Apply a connection file, and let Zoho's webhooks point to it."""
        file = self.folder / "acme.toml"
        file.write_text(text, encoding="utf-8")
        code, printed = await self.bridge("connection", "apply", str(file), "--json")
        assert code == 0, printed
        applied = json.loads(printed[printed.index("{") :])
        if applied["state"] == "created":
            address = f"{self.url}/webhooks/zoho/{applied['endpoint']}"
            hooks = {"base_url": address, "secret": SECRET, **ORGANISED}
            await self.control("zoho/webhooks", hooks)

    async def control(self, path: str, body: Any) -> Any:
        """Turn one of the stand-ins' own screws."""
        answer = await self.client.post(f"{self.sandbox}/_sandbox/{path}", json=body)
        return answer.raise_for_status().json()

    async def zoho(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        product: str = "inventory",
        **fields: Any,
    ) -> dict[str, Any]:
        """Do something in Zoho as its user does, a second after the last; gives what it made.

        Zoho's stamps know no smaller part, and no person is quicker.
        """
        await self.control("xero/clock", {"seconds": 1})
        answer = await self.client.request(
            method,
            f"{self.sandbox}{PRODUCTS[product]}{path}",
            params={**ORGANISED, **(query or {})},
            headers=PERSON,
            json=fields or None,
        )
        assert answer.is_success, answer.text
        found: dict[str, Any] = next(
            (value for value in answer.json().values() if isinstance(value, dict)), {}
        )
        return found

    async def listed(self, path: str, name: str) -> list[dict[str, Any]]:
        """Read a list in Zoho."""
        answer = await self.client.get(
            f"{self.sandbox}/inventory/v1{path}", params=ORGANISED, headers=PERSON
        )
        rows: list[dict[str, Any]] = answer.raise_for_status().json()[name]
        return rows

    async def ledger(self, system: str) -> dict[str, Any]:
        """Read the ledger of `zoho` or `xero`."""
        query = ORGANISED if system == "zoho" else {}
        url = f"{self.sandbox}/_sandbox/{system}/ledger"
        answer = await self.client.get(url, params=query)
        ledger: dict[str, Any] = answer.raise_for_status().json()
        return ledger

    async def xero(self) -> Any:
        """Read Xero's ledger."""
        return await self.ledger("xero")

    async def history(self, entity: str, zoho_id: str) -> dict[str, Any]:
        """Read a document's history through the API."""
        answer = await self.client.get(
            f"{self.url}/api/connections/acme/documents/{entity}/{zoho_id}",
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        history: dict[str, Any] = answer.json()
        return history

    async def silence(self, *patterns: str) -> None:
        """Let no webhook tell of such changes, patterns of Zoho's `<entity>.<action>`."""
        await self.control("zoho/settings", {**ZOHO, "silent": patterns})

    async def ask(self, statement: str) -> Any:
        """Run one statement in the database, as its owner would; gives the first value."""
        database = await asyncpg.connect(self.environment["DATABASE_URL"])
        try:
            return await database.fetchval(statement)
        finally:
            await database.close()

    async def settled(self) -> None:
        """Wait until all that happened in Zoho is decided and done."""
        await self.control("zoho/settle", {})
        if busy := await self.rested(PATIENCE):
            pytest.fail(busy)

    async def rested(self, patience: float) -> str:
        """Wait until all is decided and done; gives what is not after `patience` seconds."""
        database = await asyncpg.connect(self.environment["DATABASE_URL"])
        try:
            async with asyncio.timeout(patience):
                while await database.fetchval(BUSY):  # noqa: ASYNC110  two systems: no event tells
                    await asyncio.sleep(0.02)
        except TimeoutError:
            return f"not done: {'; '.join(row[0] for row in await database.fetch(OPEN))}"
        finally:
            await database.close()
        return ""

    async def until(self, entity: str, zoho_id: str, state: str) -> dict[str, Any]:
        """Wait until a document is in a state; gives its history."""
        history: dict[str, Any] = {}
        try:
            async with asyncio.timeout(PATIENCE):
                while history.get("state") != state:
                    await asyncio.sleep(0.05)
                    history = await self.history(entity, zoho_id)
        except TimeoutError:
            pytest.fail(f"{entity} {zoho_id} is not {state}: {json.dumps(history, indent=1)}")
        return history


@asynccontextmanager
async def built(folder: Path, database_url: str, amqp_url: str) -> AsyncIterator[House]:
    """Give a house whose stand-ins run, with no role started yet."""
    sandbox_port, port = free_port(), free_port()
    sandbox = f"http://127.0.0.1:{sandbox_port}"
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "AMQP_URL": amqp_url,
        "ACME_SECRET": SECRET,
        "BRIDGE_API_TOKEN": TOKEN,
        "BRIDGE_DATA_DIR": str(folder),
        "BRIDGE_PORT": str(port),
        "XERO_API_URL": sandbox,
        "XERO_IDENTITY_URL": sandbox,
        "ZOHO_API_URL": sandbox,
        "ZOHO_ACCOUNTS_URL": sandbox,
    }
    async with httpx.AsyncClient(timeout=60) as client:
        url = f"http://127.0.0.1:{port}"
        house = House(folder, environment, sandbox, url, client)
        async with _stand_ins(sandbox_port, client, sandbox):
            try:
                yield house
            finally:
                for role in list(house.processes):
                    await house.stop(role)


@asynccontextmanager
async def _stand_ins(port: int, client: httpx.AsyncClient, url: str) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        BRIDGE, "sandbox", "--port", str(port), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await answering(client, f"{url}/_sandbox/xero/ledger")
        yield
    finally:
        process.terminate()
        await process.wait()


async def answering(client: httpx.AsyncClient, url: str, patience: float = PATIENCE) -> None:
    """Wait until an address answers well, at most `patience` seconds."""
    async with asyncio.timeout(patience):
        while True:
            try:
                (await client.get(url)).raise_for_status()
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
            else:
                return
