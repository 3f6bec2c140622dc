"""Committing the attempt to write to Zoho, before its first byte leaves (rule 4)."""

import hashlib
import json
import secrets

from bridge.postgres import Pool
from bridge.queries import load
from clients.zoho.session import REQUEST_BUDGET
from outbox.lease import MARGIN, Lease
from outbox.zoho.contacts import Write

QUERIES = load(__file__, "zoho.sql")


async def commit(pool: Pool, lease: Lease, command_id: int, write: Write) -> int | None:
    """Commit an attempt and give its number; None when nothing may be sent."""
    body = json.dumps(write.body, ensure_ascii=False).encode()
    async with pool.acquire() as database, database.transaction():
        may = await QUERIES.may_send(
            database,
            connection_id=lease.connection_id,
            holder=lease.holder,
            fence=lease.fence,
            budget=REQUEST_BUDGET + MARGIN,
        )
        if not may or not await QUERIES.take(database, command_id=command_id):
            return None
        attempt_id: int = await QUERIES.add_attempt(
            database,
            connection_id=lease.connection_id,
            command_id=command_id,
            idempotency_key=secrets.token_hex(16),
            method=write.method,
            path=write.path,
            body=body,
            body_hash=hashlib.sha256(body).digest(),
            fence=lease.fence,
        )
        return attempt_id
