-- name: limits(connection_id)^
-- What is known of Xero's limits, of the connection's organisation; a minute that is over has used nothing.
SELECT b.told_at, b.minute_limit, b.day_left, b.day_most, b.day_known_until,
       CASE WHEN b.told_at > now() - interval '60 seconds' THEN b.minute_calls ELSE 0 END AS minute_used,
       CASE WHEN b.throttled_until > now() THEN b.throttled_until END AS throttled_until,
       CASE WHEN b.throttled_until > now() THEN b.throttled_by END AS throttled_by,
       b.day_known_until > now() AS day_believed, now() AS now
  FROM xero_budget(:connection_id) b;

-- name: backlog(connection_id)
-- What waits, by kind and lane.
SELECT kind, lane, count(*)::int AS count, min(created_at) AS oldest
  FROM commands
 WHERE connection_id = :connection_id AND system = 'xero' AND state = 'pending'
 GROUP BY kind, lane;
