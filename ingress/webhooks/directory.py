"""The directory of webhook addresses: which connection an address belongs to, and its secrets."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import structlog

from bridge.crypto import Vault, VaultError
from bridge.postgres import AWAY, Pool, borrowed, listening
from bridge.queries import load
from bridge.waiting import pause

QUERIES = load(__file__, "directory.sql")
LOG = structlog.get_logger()
PATIENCE: Final = 3.0  # seconds
REFRESH: Final = 5.0  # seconds; a notification comes sooner
RELISTEN: Final = 12  # refreshes; a listener that was lost shows nowhere
LOOKUPS_PER_SECOND: Final = 5.0  # of addresses that are unknown here
BURST: Final = 10.0


class DirectoryAwayError(Exception):
    """PostgreSQL is away, and the address is not among those known."""


@dataclass(frozen=True, slots=True)
class Door:
    """A connection's address. `locked`: it has secrets that BRIDGE_SECRET_KEY does not open."""

    connection_id: int
    name: str
    organization_id: str
    secrets: tuple[bytes, ...]
    locked: bool


class Directory:
    """All addresses, kept in memory and fresh."""

    def __init__(self, pool: Pool, vault: Vault) -> None:
        self._pool = pool
        self._vault = vault
        self._doors: dict[str, Door] = {}
        self._changed = asyncio.Event()
        self._lookups = BURST
        self._counted_at = 0.0

    def known(self, endpoint: str) -> Door | None:
        """The address's connection, as far as it is known here already."""
        return self._doors.get(endpoint)

    async def find(self, endpoint: str) -> Door | None:
        """The address's connection, asked of PostgreSQL if need be; None when there is none.

        Guessing addresses costs PostgreSQL only a few look-ups a second. Raises
        DirectoryAwayError.
        """
        if endpoint not in self._doors and self._may_look():
            try:
                self._doors.update(await self._read(endpoint))
            except AWAY as error:
                raise DirectoryAwayError from error
        return self._doors.get(endpoint)

    async def refresh(self) -> None:
        """Read all addresses anew; raises asyncpg's errors or OSError when PostgreSQL is away."""
        self._changed.clear()
        self._doors = await self._read(None)

    async def run(self) -> None:
        """Stay fresh until cancelled; through every loss of PostgreSQL, with what is known."""
        while True:
            try:
                async with listening(self._pool, "connections", lambda _: self._changed.set()):
                    for _ in range(RELISTEN):
                        await self.refresh()
                        await pause(self._changed, REFRESH)
            except AWAY as error:
                LOG.warning("directory.away", problem=f"{type(error).__name__}: {error}")
                await asyncio.sleep(1)

    async def _read(self, endpoint: str | None) -> dict[str, Door]:
        async with borrowed(self._pool, PATIENCE) as connection:
            rows = await QUERIES.doors(connection, endpoint=endpoint)
        return {row["endpoint"]: self._door(row) for row in rows}

    def _door(self, row: Any) -> Door:
        sealed = dict(zip(row["names"] or (), row["sealed"] or (), strict=True))
        try:
            secrets = tuple(
                self._vault.open(text, context=f"{row['id']}/{name}").encode()
                for name, text in sealed.items()
            )
        except VaultError as error:
            LOG.error("secret.unreadable", connection=row["name"], problem=str(error))  # noqa: TRY400  where it broke says nothing
            secrets = ()
        locked = bool(sealed) and not secrets
        return Door(row["id"], row["name"], row["organization_id"], secrets, locked)

    def _may_look(self) -> bool:
        now = asyncio.get_running_loop().time()
        regained = (now - self._counted_at) * LOOKUPS_PER_SECOND
        self._lookups = min(BURST, self._lookups + regained) - 1
        self._counted_at = now
        if self._lookups < 0:
            self._lookups += 1
            return False
        return True
