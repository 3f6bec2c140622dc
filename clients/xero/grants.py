"""A connection's grant at Xero: one access token for all processes, renewed by one at a time."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bridge.crypto import Vault, VaultError
from bridge.postgres import Connection, Pool
from bridge.problems import close_problem, open_problem
from bridge.queries import load
from clients.xero.errors import Disconnected, Revoked
from clients.xero.identity import Credentials, Endpoints, Pair, fetch_token, refresh
from clients.xero.session import Token
from clients.xero.tenants import find_tenant

QUERIES = load(__file__, "grants.sql")
READ_AGAIN: Final = 10.0  # seconds until a process looks again whether the shared token changed
PROBLEM: Final = "xero_grant"
CUSTOM: Final = "client_credentials"
NOT_CONNECTED: Final = "not connected to Xero yet"
NOT_CHOSEN: Final = "it is not chosen yet which of the granted Xero organisations is meant"
RECONNECT: Final = (
    "Connect it in the browser, at /connect/xero/{name} or in the console; all that waits goes then"
)
CHECK: Final = (
    "Check xero.client_id and xero.client_secret against the custom connection at"
    " developer.xero.com, then `bridge connection apply` the file again; all that waits goes then"
)
NO_APP: Final = (
    "there is no app to connect with: give xero.client_id in the connection file, or XERO_CLIENT_ID"
)


class Grant:
    """The access token of one connection, read from and kept in PostgreSQL, encrypted."""

    def __init__(self, pool: Pool, vault: Vault, endpoints: Endpoints, connection_id: int) -> None:
        self._pool = pool
        self._vault = vault
        self._endpoints = endpoints
        self._connection_id = connection_id
        self._read_at = -READ_AGAIN
        self._token: Token | None = None

    async def token(self, *, newer_than: int = -1) -> Token:
        """Give a token that lives for another minute and whose generation is above `newer_than`.

        Pass the generation that Xero answered 401 to. Raises Disconnected, which also opens the
        problem `xero_grant` unless it is this process that can't open it, or Unavailable.
        """
        now = time.monotonic()
        kept = self._token
        if kept is None or kept.generation <= newer_than or now - self._read_at > READ_AGAIN:
            try:
                self._token = kept = await self._shared(newer_than)
            except VaultError as sealed:
                # This process lacks the key, not the connection its grant: others may well have it.
                self._token = None
                raise Disconnected(str(sealed)) from sealed
            except Disconnected as error:
                self._token = None
                await self.refused(error)
                raise
            self._read_at = now
        return kept

    async def refused(self, error: Disconnected) -> None:
        """Keep that a person must mend the grant."""
        row = await QUERIES.read_settings(self._pool, connection_id=self._connection_id)
        if row is None:
            return  # deleted meanwhile
        remedy = way_back(row["name"], row["xero"])
        await open_problem(self._pool, self._connection_id, PROBLEM, str(error), remedy)

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
                try:
                    return await self._renew(connection, row)
                except Revoked as error:
                    dead = error
                    if row is not None:
                        await self._end(connection, row, str(error))
            raise dead

    def _read(self, row: Any) -> Token:
        if row["tenant_id"] is None:
            raise Disconnected(NOT_CHOSEN)
        pair = unseal(self._vault, self._connection_id, row["sealed"])
        return Token(pair.access, row["generation"], row["tenant_id"])

    async def _renew(self, connection: Connection, row: Any) -> Token:
        app, custom = await credentials_of(
            connection, self._vault, self._endpoints, self._connection_id
        )
        if custom:
            pair = await fetch_token(self._endpoints, app)
            # Where Xero does not say this time, it is the organisation that it was before.
            known = (row and row["tenant_id"]) or ""
            tenant = app.tenant_id or await find_tenant(self._endpoints, pair.access) or known
        else:
            pair = await self._refreshed(app, row)
            tenant = row["tenant_id"]
        generation = await QUERIES.store_token(
            connection,
            connection_id=self._connection_id,
            sealed=seal(self._vault, self._connection_id, pair),
            tenant_id=tenant,
            lifetime=float(pair.lifetime),
        )
        await close_problem(connection, self._connection_id, PROBLEM)
        return Token(pair.access, generation, tenant)

    async def _refreshed(self, app: Credentials, row: Any) -> Pair:
        if row is None or row["sealed"] is None:
            raise Disconnected(NOT_CONNECTED)
        if row["problem"] or row["tenant_id"] is None:
            raise Disconnected(row["problem"] or NOT_CHOSEN)
        last = unseal(self._vault, self._connection_id, row["sealed"])
        try:
            return _kept(await refresh(self._endpoints, app, last.refresh), last)
        except Revoked:
            if row["previous"] is None:
                raise
        # What Xero knows may be older than what we know, for instance after a restore.
        before = unseal(self._vault, self._connection_id, row["previous"])
        return _kept(await refresh(self._endpoints, app, before.refresh), before)

    async def _end(self, connection: Connection, row: Any, problem: str) -> None:
        await QUERIES.end_grant(
            connection,
            connection_id=self._connection_id,
            generation=row["generation"],
            problem=problem,
        )


def way_back(name: str, xero: Mapping[str, Any]) -> str:
    """Say what lets a connection in again, by the Xero part of its configuration."""
    return CHECK if xero.get("grant") == CUSTOM else RECONNECT.format(name=name)


async def credentials_of(
    connection: Connection, vault: Vault, endpoints: Endpoints, connection_id: int
) -> tuple[Credentials, bool]:
    """Find what a connection authenticates with, and whether it is a custom connection.

    The file's own client id and secret win over the app of the settings. Raises Disconnected.
    """
    row = await QUERIES.read_settings(connection, connection_id=connection_id)
    settings = row["xero"]
    name = "xero.client_secret"
    sealed = await QUERIES.read_secret(connection, connection_id=connection_id, name=name)
    secret = vault.open(sealed, context=f"{connection_id}/{name}") if sealed else ""
    custom = settings.get("grant") == CUSTOM
    if settings.get("client_id"):
        tenant = settings.get("tenant_id") or ""
        return Credentials(settings["client_id"], secret, tenant), custom
    if endpoints.app is None or custom:
        raise Disconnected(NO_APP)
    return endpoints.app, False


def seal(vault: Vault, connection_id: int, pair: Pair) -> bytes:
    """Seal a pair of tokens for the table `grants`."""
    text = json.dumps({"access": pair.access, "refresh": pair.refresh})
    return vault.seal(text, context=f"{connection_id}/grant.xero")


def unseal(vault: Vault, connection_id: int, sealed: bytes) -> Pair:
    """Open what `seal` gave; raises VaultError."""
    pair = json.loads(vault.open(sealed, context=f"{connection_id}/grant.xero"))
    return Pair(pair["access"], 0, pair.get("refresh", ""))


def _kept(pair: Pair, used: Pair) -> Pair:
    # A server that gives no new refresh token lets the one used live on (RFC 6749, section 6).
    return pair if pair.refresh else replace(pair, refresh=used.refresh)


def _usable(row: Any, newer_than: int) -> bool:
    return (
        row is not None
        and row["fresh"]
        and row["sealed"] is not None
        and row["problem"] is None
        and row["generation"] > newer_than
    )
