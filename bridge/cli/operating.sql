-- name: replay(connection_id, ids, everything)
-- Parked events are decided again, as if they had just come; the sweep announces them.
UPDATE events SET state = 'undecided', reason = NULL, failures = 0, published_at = NULL
 WHERE connection_id = :connection_id AND state = 'parked'
   AND (:everything OR id = ANY((:ids)::bigint[]))
RETURNING id;

-- name: list_commands(connection_id, states, most)
-- A connection's commands in the states asked for, oldest first.
SELECT id, kind, action, entity, zoho_id, state, cause, reason, xero_id, created_at, finished_at
  FROM commands
 WHERE connection_id = :connection_id AND state = ANY((:states)::text[])
 ORDER BY id
 LIMIT :most;
