-- name: last_read(connection_id)$
-- When the nightly read went well for the last time.
SELECT ended_at FROM schedules WHERE connection_id = :connection_id AND job = 'contacts';
