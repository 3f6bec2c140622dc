-- name: unsent(connection_id, key)
-- Unfinished commands for one thing, locked: a newer one may take an unsent one's place.
SELECT id, kind, state
  FROM commands
 WHERE connection_id = :connection_id AND key = :key
   AND state IN ('pending', 'sending', 'ambiguous', 'parked')
 ORDER BY id
   FOR UPDATE;

-- name: is_linked(connection_id, key)$
-- Whether Xero holds the thing.
SELECT EXISTS (SELECT FROM links WHERE connection_id = :connection_id AND key = :key);

-- name: add_command(connection_id, event_id, entity, zoho_id, action, kind, key, body, expected, state, cause, reason, request_id, lane)$
-- A command is stored with the decision that asks for it, or not at all.
INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body, expected,
                      state, cause, reason, request_id, lane)
VALUES (:connection_id, :event_id, :entity, :zoho_id, :action, :kind, :key, :body, :expected,
        :state, :cause, :reason, :request_id, :lane)
RETURNING id;

-- name: add_need(command_id, connection_id, key)!
-- What must exist in Xero first.
INSERT INTO needs (command_id, connection_id, key) VALUES (:command_id, :connection_id, :key)
ON CONFLICT DO NOTHING;

-- name: next_position(connection_id, entity, zoho_id)$
-- The caller holds the document's lock, so positions follow the order of commits.
INSERT INTO documents (connection_id, entity, zoho_id, last_position)
VALUES (:connection_id, :entity, :zoho_id, 1)
ON CONFLICT (connection_id, entity, zoho_id)
   DO UPDATE SET last_position = documents.last_position + 1
RETURNING last_position;

-- name: add_ticket(command_id, connection_id, document, position)!
-- A place in a document's queue.
INSERT INTO tickets (command_id, connection_id, document, position)
VALUES (:command_id, :connection_id, :document, :position);

-- name: take_place(command_id, from_id, documents)
-- A newer full-state write takes over the places of the one it replaces.
UPDATE tickets SET command_id = :command_id
 WHERE command_id = :from_id AND document = ANY(:documents)
RETURNING document;

-- name: end_command(id, state, cause, reason, xero_id)!
-- An end state frees what waits behind.
WITH ended AS (
  UPDATE commands SET state = :state, cause = :cause, reason = :reason,
         xero_id = coalesce(:xero_id, xero_id), finished_at = now()
   WHERE id = :id RETURNING id)
UPDATE tickets SET open = false FROM ended WHERE tickets.command_id = ended.id;

-- name: notify(connection_id)$
-- A hint for whoever holds the connection's lease.
SELECT pg_notify('outbox', (:connection_id)::bigint::text);
