-- name: list_commands(connection_id, states, most)
-- A connection's commands in the states asked for, oldest first.
SELECT id, kind, action, entity, zoho_id, state, cause, reason, xero_id, created_at, finished_at
  FROM commands
 WHERE connection_id = :connection_id AND state = ANY((:states)::text[])
 ORDER BY id
 LIMIT :most;
