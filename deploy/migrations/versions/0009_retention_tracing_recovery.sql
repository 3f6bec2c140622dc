-- What is kept how long, where a trace goes on, and looking first after a restore.
SET LOCAL lock_timeout = '5s';

-- Since when the bytes are gone; ids, hashes, states and times stay.
ALTER TABLE events   ADD COLUMN redacted_at timestamptz;
ALTER TABLE commands ADD COLUMN redacted_at timestamptz;
ALTER TABLE attempts ADD COLUMN redacted_at timestamptz;
CREATE INDEX events_to_redact ON events (connection_id, received_at)
  WHERE redacted_at IS NULL AND state IN ('decided', 'superseded');
CREATE INDEX commands_to_redact ON commands (connection_id, finished_at)
  WHERE redacted_at IS NULL AND finished_at IS NOT NULL;
CREATE INDEX attempts_to_redact ON attempts (connection_id, ended_at)
  WHERE redacted_at IS NULL AND ended_at IS NOT NULL;
CREATE INDEX events_parked ON events (connection_id) WHERE state = 'parked';

-- W3C's traceparent of the span that made the row; null while nothing is traced.
ALTER TABLE events   ADD COLUMN traceparent text;
ALTER TABLE commands ADD COLUMN traceparent text;

-- Until then nothing is created in Xero before Xero was searched for it: the database was restored.
ALTER TABLE connections ADD COLUMN look_first_until timestamptz;

-- The app's role may not delete requests. It may have those of a connection that is being deleted
-- forgotten, which ends at once where the connection is still enabled.
CREATE FUNCTION forget_attempts(of_connection bigint, most integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  WITH gone AS (
    DELETE FROM attempts WHERE id IN (
      SELECT a.id FROM attempts a JOIN connections c ON c.id = a.connection_id
       WHERE a.connection_id = of_connection AND NOT c.enabled LIMIT most) RETURNING id)
  SELECT count(*)::int FROM gone
$$;
REVOKE EXECUTE ON FUNCTION forget_attempts(bigint, integer) FROM PUBLIC;
