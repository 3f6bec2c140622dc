"""Documents from before the connecting, read from Zoho and journaled in the backfill's lane."""

from collections.abc import AsyncIterator, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from bridge.postgres import Pool
from bridge.queries import load
from clients.zoho.documents import fetch
from clients.zoho.errors import NoPermission, NotFound
from clients.zoho.kinds import KINDS
from clients.zoho.session import ZohoSession
from ingress.journal.readings import entry_of
from ingress.journal.recording import record_now
from ingress.sweep.listing import Reader
from schemas.words import Ref

QUERIES = load(__file__, "backfill.sql")
EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
UNLISTED: Final = "Zoho's {entity}s can't be listed ({error}): bills tell of payments made"


@dataclass(slots=True)
class Backfill:
    """Zoho's lists and the journal of one connection. `notes` say what could not be listed."""

    pool: Pool
    session: ZohoSession
    connection_id: int
    organization_id: str
    notes: list[str] = field(default_factory=list)

    async def rows(self, entities: Iterable[str]) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Yield every row of the entities' lists. Raises ZohoError."""
        reader = Reader(self.session, full=True)
        for entity in entities:
            try:
                async for listed in reader.changed(KINDS[entity], EVER):
                    yield entity, listed.row
            except NoPermission as error:
                if entity != "vendor_payment":
                    raise
                noun = entity.replace("_", " ")
                self.notes.append(UNLISTED.format(entity=noun, error=error))

    async def known(self) -> dict[str, set[str]]:
        """The ids of all documents that the journal has, by entity."""
        known: dict[str, set[str]] = {}
        for row in await QUERIES.known(self.pool, connection_id=self.connection_id):
            known.setdefault(row["entity"], set()).add(row["zoho_id"])
        return known

    async def tell(self, ref: Ref, known: Collection[str] = ()) -> bool:
        """Read a document and journal it; says whether it was there to be read.

        Raises ZohoError, asyncpg's errors, or GoneError when the connection was deleted.
        """
        try:
            reading = await fetch(self.session, ref.entity, ref.zoho_id, known)
        except NotFound:
            return False  # deleted since the list was read
        entry = entry_of(self.connection_id, self.organization_id, reading, "created", "backfill")
        await record_now(self.pool, entry)
        return True


async def limits(pool: Pool, connection_id: int) -> dict[str, int | None]:
    """The most calls that Xero offered in a day, and Zoho's limit of one, where they are known."""
    row = await QUERIES.limits(pool, connection_id=connection_id)
    return dict(row)
