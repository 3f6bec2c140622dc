-- name: add_row(connection_id)!
-- A connection's first call.
INSERT INTO zoho_calls (connection_id) VALUES (:connection_id) ON CONFLICT DO NOTHING;

-- name: take_call(connection_id, per_minute, at_once, reserve, longest)^
-- Counts one call if the limits allow it now, else says how many seconds to wait. A second is added to the
-- minute for the way. A place that is not given back in time is free again: its process died.
WITH held AS (
  SELECT connection_id, clock_timestamp() AS at, sent, under_way, not_before, day_limit, day_left,
         day_ends_at
    FROM zoho_calls WHERE connection_id = :connection_id FOR UPDATE),
recent AS (
  SELECT connection_id, at, not_before,
         ARRAY(SELECT t FROM unnest(sent) t WHERE t > at - interval '61 seconds' ORDER BY t) AS sent,
         ARRAY(SELECT t FROM unnest(under_way) t WHERE t > at) AS under_way,
         coalesce(day_left <= day_limit * (:reserve)::float8 AND day_ends_at > at, false) AS day,
         day_ends_at
    FROM held),
judged AS (
  SELECT connection_id, at, sent, under_way, day,
         greatest(0, extract(epoch FROM CASE
           WHEN day THEN day_ends_at - at
           WHEN cardinality(sent) >= (:per_minute)::int
           THEN greatest(not_before, sent[cardinality(sent) - (:per_minute)::int + 1]
                                     + interval '61 seconds') - at
           WHEN not_before > at THEN not_before - at
           WHEN cardinality(under_way) >= (:at_once)::int THEN interval '50 milliseconds'
           ELSE interval '0' END))::float8 AS wait,
         at + make_interval(secs => :longest) AS place
    FROM recent),
taken AS (
  UPDATE zoho_calls z SET sent = j.sent || j.at, under_way = j.under_way || j.place
    FROM judged j WHERE z.connection_id = j.connection_id AND j.wait = 0)
SELECT wait, day, place FROM judged;

-- name: end_call(connection_id, place, day_limit, day_left, day_reset, pause)!
-- The call is over: its place is free, and what Zoho said about its limits is known to all.
UPDATE zoho_calls
   SET under_way = array_remove(under_way, (:place)::timestamptz),
       day_limit = coalesce((:day_limit)::int, day_limit),
       day_left = coalesce((:day_left)::int, day_left),
       day_ends_at = coalesce(now() + make_interval(secs => (:day_reset)::float8), day_ends_at),
       not_before = greatest(not_before, now() + make_interval(secs => (:pause)::float8))
 WHERE connection_id = :connection_id;
