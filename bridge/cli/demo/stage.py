"""The demo's stage: stand-ins for Zoho and Xero, the whole bridge, a person at Zoho's screen."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import httpx

from bridge.cli.jobs.drifting import compare_and_keep
from bridge.cli.parts import bus_of, office_of, opened
from bridge.cli.roles import all_loops
from bridge.crypto import generate_key
from bridge.parts import Parts
from bridge.ports import free_port
from bridge.queries import load
from bridge.settings import read_settings
from bridge.supervise import Loop
from clients.xero.facts import XeroFacts, fetch
from clients.xero.identity import Credentials, Endpoints
from ingress.connections.storing import Given, store
from sandbox.app import build_app
from sandbox.server import running
from sandbox.zoho.call import BASES
from sandbox.zoho.state import ORGANISATION, PERSON_TOKEN
from schemas.connections import read_file
from schemas.words import Ref

if TYPE_CHECKING:
    from processors.drift.comparing import Comparison

CALLS_PER_MINUTE: Final = 6000  # Xero allows 60, which nobody who watches would like
PATIENCE: Final = 60.0  # seconds until the story says that something is stuck
SECRET: Final = "demosecret20"  # noqa: S105  opens a toy
ORGANISED: Final = {"organization_id": ORGANISATION}
PERSON: Final = {"Authorization": f"Zoho-oauthtoken {PERSON_TOKEN}"}
QUERIES = load(__file__, "stage.sql")
FILE: Final = Path(__file__).with_name("connection.toml")


@dataclass(slots=True)
class Stage:
    """Where the story plays. `today` is the organisation's date."""

    bridge_url: str
    sandbox_url: str
    token: str
    today: date
    parts: Parts
    _http: httpx.AsyncClient

    def day(self, ago: int) -> str:
        """A date that many days ago, as Zoho writes it."""
        return (self.today - timedelta(days=ago)).isoformat()

    async def zoho(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        product: Literal["inventory", "books"] = "inventory",
        **fields: Any,
    ) -> dict[str, Any]:
        """Do something in Zoho as its user does; gives the document, or {} for a deletion.

        A second after the last: Zoho's stamps know no smaller part, and no person is quicker.
        """
        await self.control("/xero/clock", {"seconds": 1})
        response = await self._http.request(
            method,
            f"{self.sandbox_url}{BASES[product]}{path}",
            params={**ORGANISED, **(query or {})},
            headers=PERSON,
            json=fields or None,
        )
        answer = response.raise_for_status().json()
        found: dict[str, Any] = next((v for v in answer.values() if isinstance(v, dict)), {})
        return found

    async def control(self, path: str, body: Any) -> None:
        """Turn one of the stand-ins' own screws."""
        response = await self._http.post(f"{self.sandbox_url}/_sandbox{path}", json=body)
        response.raise_for_status()

    async def ledger(self, system: str) -> dict[str, Any]:
        """Read a stand-in's ledger."""
        answer = await self._http.get(f"{self.sandbox_url}/_sandbox/{system}/ledger")
        ledger: dict[str, Any] = answer.raise_for_status().json()
        return ledger

    async def reconciled(self) -> "Comparison":
        """Let the bridge itself compare the two sides."""
        connection_id = await QUERIES.connection_id(self.parts.pool, name="demo")
        return await compare_and_keep(self.parts, connection_id, "demo", lambda _plan: None)

    async def figures(self) -> dict[str, int]:
        """How much went to and fro."""
        answer = await self._http.get(f"{self.sandbox_url}/_sandbox/zoho/deliveries")
        delivered = sum(len(row["attempts"]) for row in answer.json()["deliveries"])
        log = (await self._http.get(f"{self.sandbox_url}/_sandbox/xero/requests")).json()
        calls = [row["method"] for row in log if "/api.xro/" in row["path"]]
        return {
            "deliveries": delivered,
            "events": await QUERIES.count_events(self.parts.pool, name="demo"),
            "reads": calls.count("GET"),
            "writes": len(calls) - calls.count("GET"),
        }

    async def history(self, document: Ref) -> dict[str, Any]:
        """What the bridge tells of a document, through its API."""
        answer = await self._http.get(
            f"{self.bridge_url}/api/connections/demo/documents/{document.entity}/{document.zoho_id}",
            headers={"Authorization": f"Bearer {self.token}"},
        )
        history: dict[str, Any] = answer.raise_for_status().json()
        return {"document": document, **history}

    async def zoho_list(self, path: str, name: str) -> list[dict[str, Any]]:
        """Read a list in Zoho."""
        answer = await self._http.get(
            f"{self.sandbox_url}/inventory/v1{path}", params=ORGANISED, headers=PERSON
        )
        rows: list[dict[str, Any]] = answer.raise_for_status().json()[name]
        return rows

    async def settled(self) -> None:
        """Wait until Zoho has delivered, everything is decided, and nothing can go on by itself."""
        await self.control("/zoho/settle", {})
        async with asyncio.timeout(PATIENCE):
            # Two systems' states: no event tells.
            while await QUERIES.is_busy(self.parts.pool, name="demo"):  # noqa: ASYNC110  as said
                await asyncio.sleep(0.05)


@asynccontextmanager
async def staged(folder: Path, database_url: str = "") -> AsyncIterator[Stage]:
    """Bring everything up in this process, and take it down again.

    Without `database_url` the database is a throw-away one in the folder.
    """
    token, port = secrets.token_urlsafe(24), free_port()
    async with running(build_app()) as sandbox_url, httpx.AsyncClient(timeout=30) as http:
        settings = read_settings(
            {
                "DATABASE_URL": database_url,
                "BRIDGE_DATA_DIR": str(folder),
                "BRIDGE_PORT": str(port),
                "BRIDGE_PUBLIC_URL": f"http://localhost:{port}",  # as Xero lets a consent come back
                "BRIDGE_API_TOKEN": token,
                "BRIDGE_SECRET_KEY": generate_key(),
                "XERO_API_URL": sandbox_url,
                "XERO_IDENTITY_URL": sandbox_url,
                "XERO_LOGIN_URL": sandbox_url,
                "XERO_CALLS_PER_MINUTE": str(CALLS_PER_MINUTE),
                "ZOHO_API_URL": sandbox_url,
                "ZOHO_ACCOUNTS_URL": sandbox_url,
            }
        )
        async with opened(settings) as parts, bus_of(settings) as bus:
            today = datetime.now(UTC).date()
            stage = Stage(settings.public_url, sandbox_url, token, today, parts, http)
            async with _playing(parts, bus):
                await stage.control("/xero/settings", {"limits": {"minute": CALLS_PER_MINUTE}})
                await _connect(stage)
                yield stage


@asynccontextmanager
async def _playing(parts: Parts, bus: Any) -> AsyncIterator[None]:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for loop in all_loops(parts, bus, invite=False):
            group.create_task(_run(loop, stop))
        try:
            yield
        finally:
            stop.set()


async def _run(loop: Loop, stop: asyncio.Event) -> None:
    await loop(stop)


async def _connect(stage: Stage) -> None:
    facts = await _facts(stage)
    text = FILE.read_text(encoding="utf-8").format(cutover=stage.day(90), secret=SECRET)
    given = Given(read_file(text, {}), facts, "demo")
    applied = await store(office_of(stage.parts), given)
    await _ready(stage)
    address = f"{stage.bridge_url}/webhooks/zoho/{applied.endpoint}"
    await stage.control(
        "/zoho/webhooks",
        {"organization_id": ORGANISATION, "base_url": address, "secret": SECRET},
    )


async def _facts(stage: Stage) -> XeroFacts:
    endpoints = Endpoints(stage.sandbox_url, stage.sandbox_url)
    return await fetch(endpoints, Credentials("sandbox-custom", "sandbox-custom-secret"))


async def _ready(stage: Stage) -> None:
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient() as http:
        while True:
            try:
                (await http.get(f"{stage.bridge_url}/readyz")).raise_for_status()
            except httpx.HTTPError:
                await asyncio.sleep(0.05)
            else:
                return
