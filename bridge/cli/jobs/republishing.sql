-- name: release_held()$
-- An event that came while its connection was being enabled must not be held for good.
WITH released AS (
  UPDATE events e SET state = 'undecided', published_at = NULL, reason = NULL
    FROM connections c
   WHERE c.id = e.connection_id AND c.enabled AND e.state = 'held' RETURNING e.id)
SELECT count(*)::int FROM released;
