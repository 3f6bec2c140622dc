"""A connection in the database, and short ways to let events arrive and be decided."""

import asyncio
import json
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from bridge.postgres import Pool
from processors.shell.consumer import answer
from schemas.payloads import ID_FIELDS, stamp, touched
from tests.processors.desk import Desk
from tests.processors.zoho import BOOKS, Fields, invoice
from tests.processors.zoho_bills import bill

CONFIG: dict[str, Any] = {
    "export": dict.fromkeys(sorted(BOOKS.exports), True),
    "accounts": BOOKS.accounts,
    "account_map": BOOKS.account_map,
    "tax_map": BOOKS.tax_map,
}


@dataclass
class Journal:
    """Stands where the ingress and the broker stand: journals events, knocks, looks at the rest."""

    pool: Pool
    connection_id: int

    async def arrives(self, entity: str, fields: Fields, trigger: str = "edited") -> int:
        """Journal an event, undecided."""
        zoho_id = str(fields[ID_FIELDS[entity]])
        body = json.dumps(fields).encode()
        stamped = stamp(fields)
        event_id: int = await self.pool.fetchval(
            """INSERT INTO events (connection_id, entity, zoho_id, trigger, touches, modified_at,
                                   fingerprint, content_type, body, request_id)
               VALUES ($1, $2, $3, $4, $5, $6, $7, 'application/json', $8, 'r') RETURNING id""",
            self.connection_id,
            entity,
            zoho_id,
            trigger,
            [str(ref) for ref in touched(entity, zoho_id, fields)],
            datetime.fromisoformat(stamped) if stamped else None,
            os.urandom(8),  # that a delivery was repeated is not seen here
            body,
        )
        return event_id

    async def knock(self, *event_ids: int, again: bool = False) -> None:
        """Let processors answer knocks, all at once."""
        async with asyncio.TaskGroup() as group:
            for event_id in event_ids:
                group.create_task(answer(self.pool, event_id, again=again))

    async def happens(self, entity: str, fields: Fields, trigger: str = "edited") -> int:
        """Journal an event and have it decided."""
        event_id = await self.arrives(entity, fields, trigger)
        await self.knock(event_id)
        return event_id

    async def states(self) -> list[str]:
        """What became of the events, in order."""
        rows = await self.pool.fetch("SELECT state FROM events ORDER BY id")
        return [row["state"] for row in rows]

    async def decisions(self) -> list[tuple[str, str, str, str | None]]:
        """Every decision: document, action, outcome, code."""
        rows = await self.pool.fetch("SELECT * FROM decisions ORDER BY id")
        return [
            (f"{row['entity']}:{row['zoho_id']}", row["action"], row["outcome"], row["code"])
            for row in rows
        ]

    async def commands(self) -> list[tuple[str, str, str]]:
        """Every command: kind, key, state."""
        rows = await self.pool.fetch("SELECT kind, key, state FROM commands ORDER BY id")
        return [(row["kind"], row["key"], row["state"]) for row in rows]

    async def queue_of(self, document: str) -> list[str]:
        """What waits in a document's queue, in its order."""
        rows = await self.pool.fetch(
            """SELECT c.kind, c.key FROM tickets t JOIN commands c ON c.id = t.command_id
                WHERE t.document = $1 AND t.open ORDER BY t.position""",
            document,
        )
        return [f"{row['kind']} {row['key']}" for row in rows]

    async def row(self, query: str, *arguments: Any) -> Any:
        """One row."""
        return await self.pool.fetchrow(query, *arguments)

    async def xero_holds(self) -> None:
        """Say that everything asked for is done and Xero holds it."""
        await self.pool.execute("UPDATE commands SET state = 'done' WHERE state = 'pending'")
        await self.pool.execute("UPDATE tickets SET open = false")
        await self.pool.execute(
            """INSERT INTO links (connection_id, key, xero_id)
               SELECT connection_id, key, 'x' || min(id) FROM commands
                WHERE state = 'done' GROUP BY connection_id, key ON CONFLICT DO NOTHING"""
        )


@pytest.fixture
def desk() -> Desk:
    """A desk that has decided nothing yet."""
    return Desk()


@pytest.fixture
def trades_in_xero(desk: Desk) -> None:
    """Invoices 1, 2 and bill 1 are in Xero."""
    for number in ("1", "2"):
        desk.exports("invoice", invoice(number))
    desk.exports("bill", bill())


@pytest.fixture
async def journal(pool: Pool) -> Journal:
    """An empty journal of one connection."""
    connection_id = await pool.fetchval(
        """INSERT INTO connections (name, endpoint, organization_id, config, cutover, timezone,
                                    base_currency)
           VALUES ('acme', 'e', '6', $1, $2, $3, $4) RETURNING id""",
        CONFIG,
        BOOKS.cutover,
        BOOKS.timezone,
        BOOKS.base_currency,
    )
    return Journal(pool, connection_id)
