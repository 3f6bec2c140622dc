-- name: lock_reading(connection_id)$
-- One reader of an organisation at a time, false while another reads: it may have to wait for its
-- minute, longer than a statement lasts. The lock goes with the database connection.
SELECT pg_try_advisory_lock(hashtextextended('xero:reading:' || organisation(:connection_id), 0));

-- name: unlock_reading(connection_id)$
-- The next reader may.
SELECT pg_advisory_unlock(hashtextextended('xero:reading:' || organisation(:connection_id), 0));

-- name: take_call(connection_id, spare, most, half)$
-- Take a call of the minute and give 0, or give the seconds until there may be one. The spare ones
-- are always for readers; more are where at least half of the minute is left: as Xero just said, less
-- what was sent since, else by our own count: by all connections of the organisation. The caller holds
-- the lock.
WITH family AS (
  SELECT array_agg(id) AS ids FROM siblings(:connection_id) AS s (id)),
gone AS (
  DELETE FROM xero_reads
   WHERE connection_id = :connection_id AND at <= now() - interval '61 seconds'),
seen AS (
  SELECT count(*) AS reads, min(at) AS first, max(at) AS last,
         (array_agg(minute_left ORDER BY at DESC))[1] AS minute_left
    FROM xero_reads, family
   WHERE connection_id = ANY(family.ids) AND at > now() - interval '61 seconds'),
sent AS (
  SELECT coalesce(sum(a.sends), 0) AS calls
    FROM attempts a, seen, family
   WHERE a.connection_id = ANY(family.ids) AND a.system = 'xero' AND a.last_sent_at >= seen.last),
counted AS (
  SELECT coalesce(sum(a.sends), 0) AS calls
    FROM attempts a, family
   WHERE a.connection_id = ANY(family.ids) AND a.system = 'xero'
     AND a.last_sent_at > now() - interval '61 seconds'),
judged AS (
  SELECT seen.reads < (:spare)::int
         OR (seen.reads < (:most)::int
             AND coalesce(seen.minute_left - sent.calls,
                          2 * (:half)::int - counted.calls - seen.reads) >= (:half)::int) AS may
    FROM seen, sent, counted),
taken AS (
  INSERT INTO xero_reads (connection_id, at)
  SELECT :connection_id, clock_timestamp() FROM judged WHERE may)
SELECT CASE WHEN judged.may THEN 0
            ELSE greatest(extract(epoch FROM seen.first + interval '61.1 seconds' - now()), 0.1)
       END::float8
  FROM judged, seen;

-- name: note_left(connection_id, left)!
-- What Xero said is left of its minute after the newest read.
UPDATE xero_reads SET minute_left = :left
 WHERE connection_id = :connection_id
   AND at = (SELECT max(at) FROM xero_reads WHERE connection_id = :connection_id);
