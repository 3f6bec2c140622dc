"""A connection's grant at Xero: one access token for all processes, renewed by one at a time."""

import json
import time
from dataclasses import dataclass
from typing import Any, Final

import httpx

from bridge.crypto import Vault
from bridge.postgres import Pool
from bridge.queries import load
from clients.oauth import AsyncOAuth2Client, OAuthError
from clients.xero.errors import Disconnected, Unavailable
from clients.xero.session import Token

QUERIES = load(__file__)
# Xero: scopes, the granular set.
SCOPES: Final = (
    "accounting.contacts accounting.invoices accounting.payments accounting.banktransactions"
    " accounting.manualjournals accounting.settings.read"
)
LIFETIME: Final = 1800  # seconds, where the token's answer does not say
TIMEOUT: Final = 20.0  # seconds
READ_AGAIN: Final = 10.0  # seconds until a process looks again whether the shared token changed
NOT_CONNECTED: Final = (
    "not connected to Xero yet: connect it, or give a custom connection's client id and secret"
)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The host roots of Xero's API and identity servers."""

    api_url: str
    identity_url: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a custom connection authenticates with; `tenant_id` "" lets Xero name it."""

    client_id: str
    client_secret: str
    tenant_id: str = ""


async def fetch_token(endpoints: Endpoints, credentials: Credentials) -> tuple[str, int]:
    """Ask for an access token by client credentials (C1); returns it and its life in seconds.

    Raises Disconnected when Xero refuses the credentials, Unavailable when it can't be asked.
    """
    client = AsyncOAuth2Client(
        credentials.client_id,
        credentials.client_secret,
        token_endpoint_auth_method="client_secret_basic",  # noqa: S106  a method's name
        timeout=TIMEOUT,
        trust_env=False,
    )
    async with client:
        try:
            token = await client.fetch_token(
                f"{endpoints.identity_url}/connect/token",
                grant_type="client_credentials",
                scope=SCOPES,
            )
        except OAuthError as error:
            message = f"Xero refuses the client id and secret: {error.error}"
            raise Disconnected(message) from error
        except (httpx.HTTPError, ValueError, KeyError) as error:
            message = f"Xero's identity server does not answer: {type(error).__name__}"
            raise Unavailable(message) from error
    return str(token["access_token"]), int(token.get("expires_in", LIFETIME))


async def find_tenant(endpoints: Endpoints, access: str) -> str:
    """Name the organisation that a custom connection is for; "" when Xero lists none or several."""
    headers = {"Authorization": f"Bearer {access}", "Accept": "application/json"}
    async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
        try:
            response = await client.get(f"{endpoints.api_url}/connections", headers=headers)
            tenants = [row["tenantId"] for row in response.raise_for_status().json()]
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return ""
    return str(tenants[0]) if len(tenants) == 1 else ""


class Grant:
    """The access token of one connection, read from and kept in PostgreSQL, encrypted."""

    def __init__(self, pool: Pool, vault: Vault, endpoints: Endpoints, connection_id: int) -> None:
        self._pool = pool
        self._vault = vault
        self._endpoints = endpoints
        self._connection_id = connection_id
        self._context = f"{connection_id}/grant.xero"
        self._read_at = -READ_AGAIN
        self._token: Token | None = None

    async def token(self, *, newer_than: int = -1) -> Token:
        """Give a token that lives for another minute and whose generation is above `newer_than`.

        Pass the generation that Xero answered 401 to. Raises Disconnected or Unavailable.
        """
        now = time.monotonic()
        kept = self._token
        if kept is None or kept.generation <= newer_than or now - self._read_at > READ_AGAIN:
            self._token = kept = await self._shared(newer_than)
            self._read_at = now
        return kept

    async def _shared(self, newer_than: int) -> Token:
        async with self._pool.acquire() as connection:
            row = await QUERIES.read_grant(connection, connection_id=self._connection_id)
            if _usable(row, newer_than):
                return self._read(row)
            async with connection.transaction():
                await QUERIES.lock_grant(connection, connection_id=self._connection_id)
                row = await QUERIES.read_grant(connection, connection_id=self._connection_id)
                if _usable(row, newer_than):
                    return self._read(row)
                return await self._renew(connection)

    def _read(self, row: Any) -> Token:
        pair = json.loads(self._vault.open(row["sealed"], context=self._context))
        return Token(pair["access"], row["generation"], row["tenant_id"] or "")

    async def _renew(self, connection: Any) -> Token:
        credentials = await self._credentials(connection)
        access, lifetime = await fetch_token(self._endpoints, credentials)
        tenant = credentials.tenant_id or await find_tenant(self._endpoints, access)
        sealed = self._vault.seal(json.dumps({"access": access}), context=self._context)
        generation = await QUERIES.store_token(
            connection,
            connection_id=self._connection_id,
            sealed=sealed,
            tenant_id=tenant,
            lifetime=float(lifetime),
        )
        return Token(access, generation, tenant)

    async def _credentials(self, connection: Any) -> Credentials:
        settings = (await QUERIES.read_settings(connection, connection_id=self._connection_id))[
            "xero"
        ]
        sealed = await QUERIES.read_secret(
            connection, connection_id=self._connection_id, name="xero.client_secret"
        )
        if settings.get("grant") != "client_credentials" or sealed is None:
            raise Disconnected(NOT_CONNECTED)
        secret = self._vault.open(sealed, context=f"{self._connection_id}/xero.client_secret")
        return Credentials(settings["client_id"], secret, settings.get("tenant_id") or "")


def _usable(row: Any, newer_than: int) -> bool:
    return (
        row is not None
        and row["fresh"]
        and row["sealed"] is not None
        and row["generation"] > newer_than
    )
