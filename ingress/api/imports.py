"""Imports from Xero into Zoho (C3): asked for, and what became of them."""

from collections import Counter
from typing import Final

from starlette.exceptions import HTTPException

from bridge.postgres import Connection
from bridge.queries import load
from ingress import audit
from ingress.api.asked import Asked
from ingress.api.openapi import Operation
from ingress.connections.finding import find
from schemas.imports import ImportItem, ImportView

QUERIES = load(__file__, "imports.sql")
IMPORT: Final = "/connections/{name}/import"
NEVER: Final = "nothing was imported yet: ask for it with POST"
BUSY: Final = "an import is under way: GET shows how far it is"
HELD: Final = "the connection is disabled: enable it first"


async def view(database: Connection, connection_id: int) -> ImportView | None:
    """The last import and what became of each thing; None when there was none."""
    row = await QUERIES.newest(database, connection_id=connection_id)
    if row is None:
        return None
    found = await QUERIES.items(database, import_id=row["id"], connection_id=connection_id)
    items = [ImportItem.model_validate(dict(item)) for item in found]
    counts = Counter((item.kind, item.outcome) for item in items)
    kinds = dict.fromkeys(item.kind for item in items)
    return ImportView(
        **dict(row),
        counts={kind: {o: n for (k, o), n in counts.items() if k == kind} for kind in kinds},
        refused=[item for item in items if item.outcome == "refused"],
    )


async def show(asked: Asked) -> ImportView:
    """The last import from Xero into Zoho, and how far it is."""
    row = await find(asked.database, asked.name)
    found = await view(asked.database, row["id"])
    if found is None:
        raise HTTPException(404, NEVER)
    return found


async def start(asked: Asked) -> ImportView:
    """Import from Xero into Zoho what the connection's switches say; it begins within seconds."""
    row = await find(asked.database, asked.name)
    if not row["enabled"]:
        raise HTTPException(409, HELD)
    async with asked.database.transaction():
        import_id = await QUERIES.ask(
            asked.database, connection_id=row["id"], actor=asked.actor.name
        )
        if import_id is None:
            raise HTTPException(409, BUSY)
        await audit.record(asked.database, asked.actor.name, "import.asked", row["id"])
    return await show(asked)


OPERATIONS: Final = (
    Operation("GET", IMPORT, "viewer", show, ImportView),
    Operation("POST", IMPORT, "operator", start, ImportView),
)
