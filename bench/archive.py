"""A database as large as years of use make it: documents with their events, decisions, commands."""

from typing import Final

import asyncpg

ENTITIES: Final = ("invoice", "invoice", "invoice", "customer_payment", "bill", "credit_note")
CONNECTION: Final = """
INSERT INTO connections (name, endpoint, organization_id, config, cutover)
VALUES ('archive', 'archive', '60001234', '{}', '2020-01-01') RETURNING id
"""
EVENTS: Final = """
INSERT INTO events (connection_id, entity, zoho_id, trigger, fingerprint, touches, content_type,
                    body, request_id, received_at, state, decided_at)
SELECT $1, ($3::text[])[1 + i % 6], (4600000000000000 + i)::text, 'created', sha256(i::text::bytea),
       '{}', 'application/json', '{}', 'archive', now() - i * interval '1 min', 'decided', now()
  FROM generate_series($2::int, 1, -1) AS i
 ORDER BY i DESC
"""
DOCUMENTS: Final = """
INSERT INTO documents (connection_id, entity, zoho_id, number, day, snapshot)
SELECT connection_id, entity, zoho_id, upper(left(entity, 3)) || '-' || right(zoho_id, 6),
       received_at::date, jsonb_build_object(
         'contact_name', 'Customer ' || id % 997 || ' Ltd', 'currency_code', 'CAD',
         'total', (id % 9973)::numeric / 4, 'lines', repeat('a line of an invoice ', 20))
  FROM events WHERE connection_id = $1
"""
DECISIONS: Final = """
INSERT INTO decisions (connection_id, event_id, entity, zoho_id, action, key, outcome, code, reason)
SELECT connection_id, id, entity, zoho_id, 'A2', entity || ':' || zoho_id,
       CASE WHEN id % 20 = 0 THEN 'withheld' ELSE 'applied' END,
       CASE WHEN id % 20 = 0 THEN 'draft' END,
       CASE WHEN id % 20 = 0 THEN 'The invoice is a draft' END
  FROM events WHERE connection_id = $1 ORDER BY id
"""
COMMANDS: Final = """
INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body, state,
                      cause, reason, xero_id, created_at, finished_at)
SELECT connection_id, id, entity, zoho_id, 'A2', 'invoice.put', entity || ':' || zoho_id, '{}',
       CASE WHEN id % 400 = 1 THEN 'parked' WHEN id % 400 = 2 THEN 'pending' ELSE 'done' END,
       CASE WHEN id % 400 = 1 THEN 'tax:' || id % 7 END,
       CASE WHEN id % 400 = 1 THEN 'The tax is not mapped. Map it in the settings.' END,
       gen_random_uuid()::text, received_at + interval '2 s',
       CASE WHEN id % 400 > 2 THEN received_at + interval '4 s' END
  FROM events WHERE connection_id = $1 AND id % 20 > 0 ORDER BY id
"""
LINKS: Final = """
INSERT INTO links (connection_id, key, xero_id, number)
SELECT connection_id, key, xero_id, NULL FROM commands WHERE connection_id = $1 AND state = 'done'
"""
TICKETS: Final = """
INSERT INTO tickets (command_id, connection_id, document, position, open)
SELECT id, connection_id, key, 1, state <> 'done' FROM commands WHERE connection_id = $1
"""


async def fill(database_url: str, documents: int) -> None:
    """Write so many documents of one connection, one a minute up to now, and analyse the tables."""
    database = await asyncpg.connect(database_url)
    try:
        connection_id = await database.fetchval(CONNECTION)
        await database.execute(EVENTS, connection_id, documents, list(ENTITIES))
        for statement in (DOCUMENTS, DECISIONS, COMMANDS, LINKS, TICKETS):
            await database.execute(statement, connection_id)
        await database.execute("VACUUM ANALYZE")
    finally:
        await database.close()
