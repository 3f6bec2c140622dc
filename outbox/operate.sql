-- name: parked(connection_id, ids, cause, everything)
-- The parked commands that a person means.
SELECT id FROM commands
 WHERE connection_id = :connection_id AND state = 'parked'
   AND (:everything OR id = ANY(:ids) OR cause = :cause)
 ORDER BY id
   FOR UPDATE;

-- name: retry(connection_id, ids, cause, everything)
-- A person lets parked commands go again; those that can't be built yet are planned again first.
UPDATE commands SET state = 'pending', cause = NULL, reason = NULL, failures = 0, not_before = now()
 WHERE connection_id = :connection_id AND state = 'parked' AND body IS NOT NULL
   AND (:everything OR id = ANY(:ids) OR cause = :cause)
RETURNING id;

-- name: skip(connection_id, ids, cause, everything, reason)
-- A person gives parked commands up; what waits behind them may go.
WITH skipped AS (
  UPDATE commands SET state = 'skipped', reason = :reason, finished_at = now()
   WHERE connection_id = :connection_id AND state = 'parked'
     AND (:everything OR id = ANY(:ids) OR cause = :cause)
  RETURNING id),
freed AS (UPDATE tickets SET open = false FROM skipped WHERE tickets.command_id = skipped.id)
SELECT id FROM skipped;
