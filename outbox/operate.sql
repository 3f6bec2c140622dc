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

-- name: notify(connection_id)$
-- A hint for whoever holds the connection's lease.
SELECT pg_notify('outbox', (:connection_id)::bigint::text);

-- name: parked(connection_id)
-- Each cause once, with the commands that it parked and all that wait for them, however far behind.
WITH RECURSIVE behind AS (
  SELECT id AS root, id, key FROM commands
   WHERE connection_id = :connection_id AND state = 'parked'
  UNION
  SELECT b.root, c.id, c.key
    FROM behind b
    JOIN commands c ON c.connection_id = :connection_id AND c.state IN ('pending', 'parked')
     AND c.id <> b.id
     AND (EXISTS (SELECT FROM tickets mine
                    JOIN tickets ahead ON ahead.document = mine.document
                     AND ahead.connection_id = mine.connection_id
                     AND ahead.position < mine.position AND ahead.open
                   WHERE mine.command_id = c.id AND ahead.command_id = b.id)
          OR EXISTS (SELECT FROM needs n
                      WHERE n.command_id = c.id AND n.key = b.key
                        AND NOT EXISTS (SELECT FROM links l
                                         WHERE l.connection_id = :connection_id AND l.key = n.key)))
)
SELECT coalesce(c.cause, 'unknown') AS cause, min(c.reason) AS reason,
       array_agg(DISTINCT c.id) AS ids,
       (count(DISTINCT b.id) FILTER (WHERE w.state = 'pending'))::int AS waiting
  FROM commands c
  JOIN behind b ON b.root = c.id
  JOIN commands w ON w.id = b.id
 WHERE c.connection_id = :connection_id AND c.state = 'parked'
 GROUP BY 1
 ORDER BY min(c.id);
