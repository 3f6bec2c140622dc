-- name: day_of(connection_id)^
-- Which share of the day's calls is left, and which of the day itself.
SELECT day_left::float8 / greatest(day_limit, 1) AS left,
       extract(epoch FROM day_ends_at - now())::float8 / 86400 AS day
  FROM zoho_calls
 WHERE connection_id = :connection_id AND day_ends_at > now() AND day_left IS NOT NULL
   AND day_limit IS NOT NULL;
