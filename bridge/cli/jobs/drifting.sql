-- name: is_new(connection_id, day)$
-- Whether a connection was made on this day of its own.
SELECT (created_at AT TIME ZONE timezone)::date >= :day FROM connections WHERE id = :connection_id;
