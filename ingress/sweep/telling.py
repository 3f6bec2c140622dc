"""What a sweep reads enters the journal by the door that webhooks come through."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bridge.postgres import Pool
from bridge.queries import load
from clients.zoho.documents import fetch
from clients.zoho.session import ZohoSession
from ingress.journal.readings import deletion_of, entry_of
from ingress.journal.recording import record_now
from ingress.sweep.comparing import Kept, is_echo
from ingress.sweep.listing import Listed
from schemas.documents import MODELS
from schemas.words import Ref, Trigger

QUERIES = load(__file__, "sweep.sql")


@dataclass(slots=True)
class Teller:
    """The journal of one connection, as a sweep sees and fills it."""

    pool: Pool
    session: ZohoSession
    connection_id: int
    organization_id: str

    async def kept(self, entity: str, zoho_ids: Sequence[str]) -> dict[str, Kept]:
        """Give what the journal knows of documents; those that it does not know are left out."""
        rows = await QUERIES.kept(
            self.pool, connection_id=self.connection_id, entity=entity, zoho_ids=list(zoho_ids)
        )
        return {
            row["zoho_id"]: Kept(
                row["stamp"],
                row["snapshot"] or {},
                row["confirmed"],
                row["deleted"],
                frozenset(row["settled_at"]),
            )
            for row in rows
        }

    async def tell(self, ref: Ref, trigger: Trigger, listed: Listed | None = None) -> bool:
        """Read a document and journal it; says whether this is what no webhook had told.

        Raises ZohoError, NotFound when the document is gone.
        """
        names = self._names(ref)
        rows = await QUERIES.settled_refunds(self.pool, **names)
        kept = (await self.kept(ref.entity, [ref.zoho_id])).get(ref.zoho_id)
        reading = await fetch(
            self.session, ref.entity, ref.zoho_id, {row["refund_id"] for row in rows}
        )
        entry = entry_of(
            self.connection_id,
            self.organization_id,
            reading,
            trigger,
            "sweep",
            listed.stamp if listed else None,
        )
        recorded = await record_now(self.pool, entry)
        await self.is_read(ref)
        return recorded.new and not (kept and _is_echo(ref.entity, kept, reading.fields))

    async def bury(self, ref: Ref) -> bool:
        """Journal that a document is gone; says whether nothing had told of it."""
        entry = deletion_of(self.connection_id, ref, "sweep")
        return (await record_now(self.pool, entry)).new

    async def is_read(self, ref: Ref) -> None:
        """Note that no decision waits for a document to be read."""
        await QUERIES.has_been_read(self.pool, **self._names(ref))

    async def put_off(self, ref: Ref) -> None:
        """Note that a document could not be read: it is tried again, after all others that wait."""
        await QUERIES.put_off(self.pool, **self._names(ref))

    def _names(self, ref: Ref) -> dict[str, Any]:
        return {
            "connection_id": self.connection_id,
            "entity": ref.entity,
            "zoho_id": ref.zoho_id,
        }


def _is_echo(entity: str, kept: Kept, fields: dict[str, Any]) -> bool:
    if not kept.snapshot:
        return False
    try:
        now = MODELS[entity].model_validate(fields)
    except ValueError:
        return False  # the processor will name the field
    return is_echo(kept.snapshot, now.model_dump(mode="json"))
