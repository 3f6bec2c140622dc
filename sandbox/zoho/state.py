"""Everything that the stand-in for Zoho knows."""

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.zoho.courier import Courier
from sandbox.zoho.faults import Faults
from sandbox.zoho.grants import Client, Grant, Grants
from sandbox.zoho.ids import ids
from sandbox.zoho.organisation import Organisation, Settings
from sandbox.zoho.times import Clock

ORGANISATION, NAME = "60001234", "Bridge Demo Company"
CLIENT_ID, CLIENT_SECRET = "1000.SANDBOX", "sandbox-zoho-secret"  # opens a toy
REFRESH_TOKEN = "1000.sandbox.refresh"  # noqa: S105  # as above
# Whoever shows this is a person at a screen: no scope, limit or throttle is asked of them.
PERSON_TOKEN = "sandbox-person"  # noqa: S105  # as above


@dataclass
class ZohoState:
    """Organisations, grants, and the webhooks under way. Starts with one organisation and client.

    `clock` is anything with `now()`, aware and in UTC; the same `seed` gives the same ids and the
    same luck.
    """

    clock: Clock
    seed: int = 1
    organisations: dict[str, Organisation] = field(init=False)
    grants: Grants = field(init=False)
    webhooks: Courier = field(init=False)
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._ids = ids(self.seed)
        self.organisations = {}
        self.faults = Faults()
        self.grants = Grants(self.clock)
        self.webhooks = Courier(self.clock, self.seed)
        self.add_client(CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN)
        self.add_organisation(ORGANISATION, NAME)

    def add_organisation(
        self,
        organisation_id: str,
        name: str,
        *,
        base_currency: str = "CAD",
        zone: str = "America/Toronto",
        **settings: Any,  # any field of Settings
    ) -> Organisation:
        """Add an organisation with the default chart, taxes and currencies; return it.

        Raises KeyError for a base currency without a rate, TypeError for an unknown setting.
        """
        made = Organisation(
            organisation_id,
            name,
            self.clock,
            self._ids,
            base_currency=base_currency,
            zone=ZoneInfo(zone),
            settings=Settings(**settings),
        )
        self.organisations[organisation_id] = made
        return made

    def add_client(
        self,
        client_id: str,
        secret: str,
        refresh_token: str,
        organisations: frozenset[str] | None = None,
    ) -> Grant:
        """Add a client whose user has already consented, for all organisations or for some."""
        self.grants.clients[client_id] = Client(client_id, secret)
        grant = Grant(client_id, organisations=organisations)
        self.grants.add_refresh(grant, refresh_token)
        return grant

    async def reset(self) -> None:
        """Forget all, and begin anew with the default organisation and client."""
        await self.webhooks.close()
        self._begin()
