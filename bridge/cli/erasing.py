"""Erases a contact: its personal fields leave the database, its history stays by ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bridge.postgres import Connection
from bridge.queries import load
from ingress.audit import record

QUERIES = load(__file__, "erasing.sql")


class StillOpenError(Exception):
    """Changes of the contact are still on their way: `what` names them."""

    def __init__(self, what: Sequence[str]) -> None:
        super().__init__(", ".join(what))
        self.what = what


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, by table, and the contact's id in Xero, where it stays."""

    counts: dict[str, int]
    xero_id: str | None


async def erase(database: Connection, connection_id: int, contact_id: str, actor: str) -> Erased:
    """Erase a contact's personal fields in the caller's transaction, and note it in the audit.

    Fields go from the journal, from what is known of its documents, from commands and requests.
    Raises StillOpenError while anything of it is not settled, LookupError when it is unknown.
    """
    where = {"connection_id": connection_id, "contact_id": contact_id}
    rows = await QUERIES.lock_documents(database, **where)
    if not rows:
        raise LookupError(contact_id)
    documents = _columns(rows)
    if waiting := await QUERIES.still_open(database, connection_id=connection_id, **documents):
        raise StillOpenError([row["what"] for row in waiting])
    await QUERIES.blank_contact(database, **where)
    await QUERIES.blank_imports(database, **where)
    await QUERIES.blank_documents(database, connection_id=connection_id, **documents)
    await QUERIES.erase_elsewhere(database, **where, **documents)
    counts = {
        kind: await getattr(QUERIES, f"erase_{kind}")(
            database, connection_id=connection_id, **documents
        )
        for kind in ("attempts", "commands", "events")
    }
    detail = {"contact_id": contact_id, "documents": len(rows), **counts}
    await record(database, actor, "contact.erased", connection_id, detail=detail)
    xero_id = await QUERIES.xero_id(database, **where)
    return Erased({"documents": len(rows), **counts}, xero_id)


def _columns(rows: Sequence[Any]) -> dict[str, list[str]]:
    return {
        "entities": [row["entity"] for row in rows],
        "zoho_ids": [row["zoho_id"] for row in rows],
    }
