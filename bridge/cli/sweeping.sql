-- name: release_held()$
-- An event that came while its connection was being enabled must not be held for good.
WITH released AS (
  UPDATE events e SET state = 'undecided', published_at = NULL, reason = NULL
    FROM connections c
   WHERE c.id = e.connection_id AND c.enabled AND e.state = 'held' RETURNING e.id)
SELECT count(*)::int FROM released;

-- name: count_unpublished()$
-- Undecided events whose knock the broker has not confirmed yet, over all connections.
SELECT count(*)::int FROM events WHERE state = 'undecided' AND published_at IS NULL;

-- name: waiting_events()
-- Every connection, with its undecided events and the age of the oldest, in seconds.
SELECT c.name, count(e.id)::int AS count,
       coalesce(extract(epoch FROM now() - min(e.received_at)), 0)::float8 AS age
  FROM connections c
  LEFT JOIN events e ON e.connection_id = c.id AND e.state = 'undecided'
 GROUP BY c.name;

-- name: parked_commands()
-- Parked commands of every connection, by the kind of their cause: the word before the colon.
SELECT c.name, coalesce(split_part(k.cause, ':', 1), 'unknown') AS cause_kind,
       count(*)::int AS count
  FROM commands k
  JOIN connections c ON c.id = k.connection_id
 WHERE k.state = 'parked'
 GROUP BY 1, 2;
