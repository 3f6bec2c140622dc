-- name: ready(connection_id, kinds, lanes, busy, most)
-- Heads of all their queues whose needs exist; lane first, then age. Order is a property of this query.
-- A kind that is not among `kinds` is a newer release's, which takes it once it speaks for the connection.
-- Lanes after `lanes` must leave the day's last calls to others (rule 6). Those asleep could not go when
-- they were last looked at, and nothing before them has moved since: leaving them out is only faster.
-- What a request failed to bring over twice goes alone: one of its companions may be to blame.
-- OFFSET 0 lets each candidate be probed by itself, whatever the planner thinks of whole tables.
SELECT c.id, c.kind, c.key, c.body, c.expected, c.failures,
       (SELECT l.xero_id FROM links l
         WHERE l.connection_id = c.connection_id AND l.key = c.key) AS xero_id,
       c.looked_at IS NOT NULL AS looked,
       coalesce(c.cause = 'split' OR c.cause = 'absent' AND 1 < (
         SELECT count(*) FROM attempt_members m
          WHERE m.command_id = c.id AND m.outcome = 'absent'), false) AS alone,
       c.lane, c.created_at, c.event_id, c.request_id, c.traceparent
  FROM commands c
 WHERE c.connection_id = :connection_id AND c.system = 'xero' AND c.state = 'pending' AND NOT c.asleep
   AND c.kind = ANY(:kinds) AND c.not_before <= now() AND c.lane <= :lanes AND c.id <> ALL(:busy)
   AND NOT EXISTS (
         SELECT FROM tickets mine
           JOIN tickets ahead ON ahead.connection_id = mine.connection_id
            AND ahead.document = mine.document AND ahead.position < mine.position AND ahead.open
          WHERE mine.command_id = c.id OFFSET 0)
   AND NOT EXISTS (
         SELECT FROM needs n
          WHERE n.command_id = c.id AND NOT EXISTS (
                SELECT FROM links k WHERE k.connection_id = n.connection_id AND k.key = n.key)
          OFFSET 0)
   AND NOT EXISTS (
         SELECT FROM tickets mine
           JOIN events e ON e.touches @> ARRAY[mine.document] AND e.connection_id = c.connection_id
            AND e.state IN ('undecided', 'parked') AND e.id < c.event_id
          WHERE mine.command_id = c.id OFFSET 0)
 ORDER BY c.lane, c.id
 LIMIT :most
   FOR UPDATE OF c SKIP LOCKED;

-- name: head_age(connection_id)$
-- The age in seconds of the first command that nothing of ours stands before, by the words of `ready`.
SELECT extract(epoch FROM now() - c.created_at)::float8
  FROM commands c
 WHERE c.connection_id = :connection_id AND c.state = 'pending' AND NOT c.asleep
   AND NOT EXISTS (
         SELECT FROM tickets mine
           JOIN tickets ahead ON ahead.connection_id = mine.connection_id
            AND ahead.document = mine.document AND ahead.position < mine.position AND ahead.open
          WHERE mine.command_id = c.id OFFSET 0)
   AND NOT EXISTS (
         SELECT FROM needs n
          WHERE n.command_id = c.id AND NOT EXISTS (
                SELECT FROM links k WHERE k.connection_id = n.connection_id AND k.key = n.key)
          OFFSET 0)
   AND NOT EXISTS (
         SELECT FROM tickets mine
           JOIN events e ON e.touches @> ARRAY[mine.document] AND e.connection_id = c.connection_id
            AND e.state IN ('undecided', 'parked') AND e.id < c.event_id
          WHERE mine.command_id = c.id OFFSET 0)
 ORDER BY c.lane, c.id
 LIMIT 1;

-- name: moved(connection_id, most)
-- What has moved since the last look: queues that are shorter by a head, and what Xero holds now.
DELETE FROM wakeups WHERE id = ANY (ARRAY (
       SELECT id FROM wakeups WHERE connection_id = :connection_id ORDER BY id LIMIT :most))
RETURNING documents, keys;

-- name: wake(connection_id, documents, keys)!
-- The next in each of these queues is looked at again, and what needed these things. Only whoever holds
-- the lease wakes and puts to sleep, so neither can miss the other.
UPDATE commands SET asleep = false
 WHERE asleep AND id = ANY (ARRAY (
       SELECT head.command_id
         FROM unnest((:documents)::text[]) AS d (document)
        CROSS JOIN LATERAL (
              SELECT t.command_id FROM tickets t
               WHERE t.connection_id = :connection_id AND t.document = d.document AND t.open
               ORDER BY t.position LIMIT 1) AS head
       UNION
       SELECT n.command_id FROM needs n
        WHERE n.connection_id = :connection_id AND n.key = ANY ((:keys)::text[])));

-- name: put_to_sleep(connection_id, lane, id, ready, most)$
-- What was passed over on the way to the last one that is ready waits for another command or a link:
-- it need not be looked at again before that has moved. One that waits for an event stays awake.
-- Only so many are looked at: a scan by (lane, id) < (…) would read on to the end of the last lane.
WITH first AS (
  SELECT c.id, c.lane FROM commands c
   WHERE c.connection_id = :connection_id AND c.state = 'pending' AND NOT c.asleep AND c.lane <= :lane
   ORDER BY c.lane, c.id
   LIMIT :most + cardinality((:ready)::bigint[])),
passed AS (
  SELECT c.id FROM commands c
   WHERE c.id = ANY (ARRAY (
           SELECT f.id FROM first f WHERE (f.lane, f.id) < (:lane, :id) AND f.id <> ALL(:ready)))
     AND c.system = 'xero' AND c.state = 'pending' AND NOT c.asleep AND c.not_before <= now()
     AND (EXISTS (
           SELECT FROM tickets mine
             JOIN tickets ahead ON ahead.connection_id = mine.connection_id
              AND ahead.document = mine.document AND ahead.position < mine.position AND ahead.open
            WHERE mine.command_id = c.id OFFSET 0)
          OR EXISTS (
           SELECT FROM needs n
            WHERE n.command_id = c.id AND NOT EXISTS (
                  SELECT FROM links k WHERE k.connection_id = n.connection_id AND k.key = n.key)
           OFFSET 0))
   LIMIT :most
     FOR UPDATE OF c SKIP LOCKED),
asleep AS (
  UPDATE commands SET asleep = true WHERE id = ANY (ARRAY (SELECT id FROM passed)) RETURNING id)
SELECT count(*)::int FROM asleep;
