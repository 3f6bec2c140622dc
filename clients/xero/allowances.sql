-- name: keep_budget(connection_id, organisation, minute_limit, minute_calls, day_left, day_most, day_known, throttled, throttled_by)!
-- For the next holder of the lease, and for people. Spans are seconds from now.
INSERT INTO xero_budgets (connection_id, organisation, minute_limit, minute_calls, day_left, day_most,
                          day_known_until, throttled_until, throttled_by)
VALUES (:connection_id, :organisation, :minute_limit, :minute_calls, :day_left, :day_most,
        now() + make_interval(secs => :day_known), now() + make_interval(secs => :throttled),
        :throttled_by)
ON CONFLICT (connection_id) DO UPDATE
   SET told_at = now(), organisation = excluded.organisation,
       minute_limit = excluded.minute_limit, minute_calls = excluded.minute_calls,
       day_left = excluded.day_left, day_most = excluded.day_most,
       day_known_until = excluded.day_known_until, throttled_until = excluded.throttled_until,
       throttled_by = excluded.throttled_by;

-- name: kept_budget(connection_id, minute)^
-- What the last speaker knew, in seconds from now; its calls count while their minute lasts.
SELECT minute_limit, day_left, day_most, throttled_by,
       CASE WHEN told_at > now() - make_interval(secs => :minute) THEN minute_calls ELSE 0
       END AS minute_calls,
       coalesce(extract(epoch FROM day_known_until - now()), 0)::float8 AS day_known,
       coalesce(extract(epoch FROM throttled_until - now()), 0)::float8 AS throttled
  FROM xero_budget(:connection_id);
