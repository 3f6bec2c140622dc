"""What tests of the API need: questions with the token, and rows as the other rooms write them."""

from typing import Any

import httpx

from bridge.postgres import Pool
from tests.ingress.conftest import TOKEN, Door

ID = "4600000000000001"
HISTORY = f"/api/connections/acme/documents/invoice/{ID}"


ROW = {
    "entity": "invoice",
    "zoho_id": "1",
    "number": "INV-1",
    "kind": "different",
    "field": "total",
    "zoho": "115.00",
    "xero": "90.00",
    "reason": "",
    "xero_id": "x",
    "fields": [{"field": "total", "zoho": "115.00", "xero": "90.00"}],
}


async def ask(door: Door, path: str, **query: Any) -> Any:
    answer = await get(door, path, **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def get(door: Door, path: str, **query: Any) -> httpx.Response:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    return await door.client.get(path, params=query, headers=bearer)


async def decide(door: Door, event: int, outcome: str, code: str | None = None, **of: str) -> None:
    entity, zoho_id = of.get("entity", "invoice"), of.get("zoho_id", ID)
    await door.pool.execute("UPDATE events SET state = 'decided' WHERE id = $1", event)
    await door.pool.execute(
        "INSERT INTO decisions (connection_id, event_id, entity, zoho_id, action, outcome, code,"
        " reason) VALUES ($1, $2, $3, $4, 'A2', $5, $6, 'as the rule says')",
        *(door.number, event, entity, zoho_id, outcome, code),
    )


async def command(door: Door, event: int, key: str = f"invoice:{ID}", **fields: str) -> int:
    entity, _, zoho_id = fields.pop("document", f"invoice:{ID}").partition(":")
    kind, state = fields.get("kind", "invoice.put"), fields.get("state", "pending")
    number: int = await door.pool.fetchval(
        "INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body,"
        " state) VALUES ($1, $2, $3, $4, 'A2', $5, $6, '{}', $7) RETURNING id",
        *(door.number, event, entity, zoho_id, kind, key, state),
    )
    return number


async def ticket(door: Door, number: int, document: str, position: int) -> None:
    await door.pool.execute(
        "INSERT INTO tickets (command_id, connection_id, document, position)"
        " VALUES ($1, $2, $3, $4)",
        *(number, door.number, document, position),
    )


async def link(door: Door, key: str, xero_id: str) -> None:
    await door.pool.execute("INSERT INTO links VALUES ($1, $2, $3)", door.number, key, xero_id)


async def compared(pool: Pool, connection_id: int) -> None:
    await pool.execute(
        "INSERT INTO comparisons VALUES ($1, '2026-03-01T03:00Z', 7, 5, 6, '{}')", connection_id
    )
    await pool.execute(
        "INSERT INTO drift VALUES ($1, 1, 'invoice', '1', 'different', $2)", connection_id, ROW
    )
