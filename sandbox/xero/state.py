"""All that the stand-in holds: clock, organisations, grants, keys, limits, faults, the log."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from uuid import UUID, uuid4

from sandbox.clock import Clock
from sandbox.xero.answer import Answer, Record
from sandbox.xero.faults import Faults
from sandbox.xero.grants import App, Connection, Grants
from sandbox.xero.idempotency import Keys
from sandbox.xero.limits import MINUTE, Meter, Window
from sandbox.xero.oauth import Person
from sandbox.xero.organisation import Organisation
from sandbox.xero.webhooks import Webhooks

TENANT = str(UUID("7e9a2c54-1d3b-4f60-8a27-c5d0b1e3f6a9"))
NAME = "Bridge Demo Company"
WEB_APP = App("sandbox-web", "sandbox-web-secret")
CUSTOM_APP = App("sandbox-custom", "sandbox-custom-secret", tenant_id=TENANT)


@dataclass
class XeroState:
    """A Xero of one process. It starts with one organisation, a web app and a custom connection."""

    clock: Clock = field(default_factory=Clock)
    key_scope: Literal["app", "token"] = "app"
    latency: float = 0.0  # real seconds that each request of the API takes

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything but the clock and the two settings above."""
        self.organisations: dict[str, Organisation] = {}
        self.grants = Grants(self.clock)
        self.person = Person()
        self.lost: list[Connection] = []  # connections that were taken away for a while
        self.faults = Faults()
        self.webhooks = Webhooks()
        self.keys = Keys()
        self.log: list[Record] = []
        self.at_work: set[asyncio.Future[Answer]] = set()  # requests whose asker is gone
        self.meters: dict[tuple[str, str], Meter] = {}
        self.app_windows: dict[str, Window] = {}
        self.grants.add_app(WEB_APP)
        self.add_organisation(NAME, tenant_id=TENANT)
        self.grants.add_app(CUSTOM_APP)

    def add_organisation(
        self,
        name: str,
        *,
        tenant_id: str | None = None,
        base_currency: str = "CAD",
        app: tuple[str, str] | None = None,
    ) -> Organisation:
        """Add an organisation with the default chart, and return it.

        `app`: client id and secret of a custom connection to it. The person at the consent page
        chooses the first organisation until told otherwise.
        """
        made = Organisation(tenant_id or str(uuid4()), name, base_currency)
        self.organisations[made.id] = made
        if not self.person.tenants:
            self.person.tenants = [made.id]
        if app:
            self.grants.add_app(App(app[0], app[1], tenant_id=made.id))
        return made

    def meter(self, client_id: str, tenant_id: str) -> Meter:
        """Return what the app has used of the organisation's limits."""
        if (client_id, tenant_id) not in self.meters:
            shared = self.app_windows.setdefault(client_id, Window(MINUTE))
            self.meters[client_id, tenant_id] = Meter(f"{client_id}/{tenant_id}", shared)
        return self.meters[client_id, tenant_id]

    def set_connected(self, tenant_id: str, *, connected: bool) -> None:
        """Disconnect the organisation from every app, or connect it to those that had it."""
        for connection in list(self.grants.connections.values()):
            if connection.tenant_id == tenant_id and not connected:
                self.lost.append(self.grants.connections.pop(connection.id))
        for connection in self.lost if connected else ():
            self.grants.connections[connection.id] = connection

    def keep_keys(self, seconds: float) -> None:
        """Set how long idempotency keys live: six minutes, unless a trial wants it otherwise."""
        self.keys.kept = timedelta(seconds=seconds)

    async def idle(self) -> None:
        """Wait until no request is at work whose asker is gone, and no webhook is on its way."""
        while self.at_work:
            await asyncio.wait(set(self.at_work))
        await self.webhooks.settled()
