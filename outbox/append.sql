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

-- name: add_command(connection_id, event_id, entity, zoho_id, action, kind, key, body, expected, state, cause, reason, request_id, lane, system, trace, needs, entities, zoho_ids)$
-- A command, what it needs, and its places: one for each document that it changes. The caller holds
-- the documents' locks, so positions follow the order of commits.
WITH command AS (
  INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body,
                        expected, state, cause, reason, request_id, lane, system,
                        traceparent)
  VALUES (:connection_id, :event_id, :entity, :zoho_id, :action, :kind, :key, :body, :expected,
          :state, :cause, :reason, :request_id, :lane, :system, :trace)
  RETURNING id, connection_id),
needed AS (
  INSERT INTO needs (command_id, connection_id, key)
  SELECT DISTINCT c.id, c.connection_id, n.key FROM command c, unnest((:needs)::text[]) AS n (key)),
places AS (
  INSERT INTO documents (connection_id, entity, zoho_id, last_position)
  SELECT c.connection_id, d.entity, d.zoho_id, 1
    FROM command c, unnest((:entities)::text[], (:zoho_ids)::text[]) AS d (entity, zoho_id)
  ON CONFLICT (connection_id, entity, zoho_id)
     DO UPDATE SET last_position = documents.last_position + 1
  RETURNING entity || ':' || zoho_id AS document, last_position),
queued AS (
  INSERT INTO tickets (command_id, connection_id, document, position)
  SELECT c.id, c.connection_id, p.document, p.last_position FROM command c, places p)
SELECT id FROM command;

-- name: places_of(command_id)
-- The documents in whose queues a command stands.
SELECT document FROM tickets WHERE command_id = :command_id;

-- name: take_place(command_id, from_id, documents)!
-- A newer full-state write takes over the places of the one it replaces.
UPDATE tickets SET command_id = :command_id
 WHERE command_id = :from_id AND document = ANY(:documents);

-- name: end_command(id, state, cause, reason, xero_id)!
-- An end state frees what waits behind.
WITH ended AS (
  UPDATE commands SET state = :state, cause = :cause, reason = :reason,
         xero_id = coalesce(:xero_id, xero_id), finished_at = now()
   WHERE id = :id RETURNING id)
UPDATE tickets SET open = false FROM ended WHERE tickets.command_id = ended.id;
