"""A connection's grant at Zoho: one access token for all processes, asked for by one at a time."""

import hashlib
import json
import time
from dataclasses import dataclass
from typing import Any, Final

from bridge.crypto import VaultError
from bridge.parts import Parts
from bridge.postgres import Connection
from bridge.problems import close_problem, open_problem
from bridge.queries import load
from clients.zoho import tokens
from clients.zoho.centres import Centre, centre_of
from clients.zoho.errors import Disconnected, NotConnected, Throttled, Unavailable, ZohoError

QUERIES = load(__file__, "grants.sql")
READ_AGAIN: Final = 10.0  # seconds until a process looks again whether the shared token changed
# Of Zoho's ten tokens in ten minutes for one refresh token, some are left to others who use it.
RENEWALS: Final = 8
WINDOW: Final = 600.0  # seconds
REFUSED_AGAIN: Final = 900.0  # seconds until refused credentials are tried once more
BREATH: Final = 10.0  # seconds until an accounts server that was away is asked again
PROBLEM: Final = "zoho_grant"
REMEDY: Final = (
    "Connect Zoho again in the browser, at /connect/zoho/{name}, or give the connection file new"
    " credentials and apply it: `bridge connection apply FILE`"
)
NOT_CONNECTED: Final = (
    "not connected to Zoho's API: only what the webhooks carry is known. Connect Zoho, or give"
    " zoho.client_id, zoho.client_secret and zoho.refresh_token"
)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and its generation, which counts up at each new one."""

    access: str
    generation: int


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a connection asks for tokens with; `digest` tells other credentials from these."""

    centre: Centre
    client: tokens.Client
    refresh_token: str
    digest: str


class Grant:
    """The access token of one connection, read from and kept in PostgreSQL, encrypted.

    Credentials that Zoho refuses open a problem, and are not tried again for a while; other
    credentials are tried at once, and success takes the problem back.
    """

    def __init__(self, parts: Parts, connection_id: int) -> None:
        self._pool = parts.pool
        self._vault = parts.vault
        self._settings = parts.settings
        self._connection_id = connection_id
        self._context = f"{connection_id}/grant.zoho"
        self._read_at = -READ_AGAIN
        self._token: Token | None = None

    async def token(self, *, newer_than: int = -1) -> Token:
        """Give a token that lives for another minute and whose generation is above `newer_than`.

        Pass the generation that Zoho refused. Raises NotConnected, Disconnected, Throttled or
        Unavailable.
        """
        kept, now = self._token, time.monotonic()
        if kept is None or kept.generation <= newer_than or now - self._read_at > READ_AGAIN:
            try:
                self._token = kept = await self._shared(newer_than)
            except VaultError as sealed:
                raise Unavailable(str(sealed)) from sealed
            self._read_at = now
        return kept

    async def _shared(self, newer_than: int) -> Token:
        async with self._pool.acquire() as connection:
            credentials = await self._credentials(connection)
            if token := await self._held(connection, credentials, newer_than):
                return token
            async with connection.transaction():
                await QUERIES.lock_grant(connection, connection_id=self._connection_id)
                if token := await self._held(connection, credentials, newer_than):
                    return token
                # Not raised in here: what a refusal leaves behind must be committed.
                outcome = await self._renew(connection, credentials)
        if isinstance(outcome, ZohoError):
            raise outcome
        return outcome

    async def _held(
        self, connection: Connection, credentials: Credentials, newer_than: int
    ) -> Token | None:
        """Give the shared token where it is of these credentials and serves; None otherwise.

        Raises Disconnected or Throttled where these credentials must not be tried yet.
        """
        row = await self._row(connection)
        if row is None or row["sealed"] is None:
            return None
        held = json.loads(self._vault.open(row["sealed"], context=self._context))
        if held["by"] != credentials.digest:
            return None
        if held["access"] and row["fresh"] and row["generation"] > newer_than:
            return Token(held["access"], row["generation"])
        if row["wait"] > 0:
            raise _not_yet(row)
        return None

    async def _row(self, connection: Connection) -> Any:
        return await QUERIES.read_grant(
            connection, connection_id=self._connection_id, window=WINDOW, renewals=RENEWALS
        )

    async def _renew(self, connection: Connection, credentials: Credentials) -> Token | ZohoError:
        try:
            given = await tokens.refresh(
                credentials.centre, credentials.client, credentials.refresh_token
            )
        except Disconnected as refused:
            await self._store(connection, credentials, wait=REFUSED_AGAIN, problem=str(refused))
            await self._tell(connection, refused)
            return refused
        except Unavailable as away:
            seconds = away.seconds if isinstance(away, Throttled) else BREATH
            await self._store(connection, credentials, wait=seconds)
            return away
        generation = await self._store(
            connection, credentials, given.access, lifetime=given.lifetime
        )
        await close_problem(connection, self._connection_id, PROBLEM)
        return Token(given.access, generation)

    async def _tell(self, connection: Connection, refused: Disconnected) -> None:
        row = await QUERIES.read_settings(connection, connection_id=self._connection_id)
        remedy = REMEDY.format(name=row["name"])
        await open_problem(connection, self._connection_id, PROBLEM, str(refused), remedy)

    async def _store(
        self,
        connection: Connection,
        credentials: Credentials,
        access: str = "",
        *,
        lifetime: float = 0,
        wait: float = 0,
        problem: str | None = None,
    ) -> int:
        held = json.dumps({"by": credentials.digest, "access": access})
        generation: int = await QUERIES.store_grant(
            connection,
            connection_id=self._connection_id,
            sealed=self._vault.seal(held, context=self._context),
            lifetime=float(lifetime),
            wait=wait,
            problem=problem,
            window=WINDOW,
        )
        return generation

    async def _credentials(self, connection: Connection) -> Credentials:
        zoho = (await QUERIES.read_settings(connection, connection_id=self._connection_id))["zoho"]
        rows = await QUERIES.read_secrets(connection, connection_id=self._connection_id)
        opened = {
            row["name"]: self._vault.open(
                row["sealed"], context=f"{self._connection_id}/{row['name']}"
            )
            for row in rows
        }
        try:
            secret, refresh_token = opened["zoho.client_secret"], opened["zoho.refresh_token"]
        except KeyError:
            raise NotConnected(NOT_CONNECTED) from None
        client = tokens.Client(zoho.get("client_id") or "", secret)
        centre = centre_of(self._settings, zoho["data_centre"])
        parts = (client.client_id, secret, refresh_token, centre.accounts_url)
        digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
        return Credentials(centre, client, refresh_token, digest)


def _not_yet(row: Any) -> ZohoError:
    if row["problem"]:
        return Disconnected(row["problem"])
    seconds = float(row["wait"])
    return Throttled(f"Zoho is asked for a new token in {seconds:.0f} seconds", seconds)
