-- name: in_flight(connection_id)$
-- Whether a request is on its way whose answer was not written down yet.
SELECT EXISTS (SELECT FROM attempts WHERE connection_id = :connection_id AND outcome = 'unknown');

-- name: forget(connection_id)!
-- Tokens and secrets go at once, whatever becomes of the history.
WITH granted AS (DELETE FROM grants WHERE connection_id = :connection_id),
     open AS (DELETE FROM problems WHERE connection_id = :connection_id)
DELETE FROM secrets WHERE connection_id = :connection_id;

-- name: retire(connection_id, name)!
-- The name is free again, and nobody can post to the old address.
UPDATE connections
   SET name = :name, endpoint = 'deleted-' || id, enabled = false, deleted_at = now(),
       problem = NULL, paused_until = NULL, updated_at = now()
 WHERE id = :connection_id;

-- name: erase_commands(connection_id, most)$
-- Commands with their tickets, needs and places in requests.
WITH gone AS (
  DELETE FROM commands WHERE id IN (
    SELECT id FROM commands WHERE connection_id = :connection_id LIMIT :most) RETURNING id)
SELECT count(*)::int FROM gone;

-- name: erase_attempts(connection_id, most)$
-- Requests, byte for byte as they were.
SELECT forget_attempts(:connection_id, :most);

-- name: erase_events(connection_id, most)$
-- Webhooks with what was decided about them.
WITH gone AS (
  DELETE FROM events WHERE id IN (
    SELECT id FROM events WHERE connection_id = :connection_id LIMIT :most) RETURNING id)
SELECT count(*)::int FROM gone;

-- name: delete(connection_id)!
-- What is left goes with the row.
DELETE FROM connections WHERE id = :connection_id;

-- name: notify(channel, connection_id)$
-- A hint for the processes that run.
SELECT pg_notify(:channel, (:connection_id)::bigint::text);
