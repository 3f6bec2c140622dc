-- The audit trail says from what to what and is chained; a connection may be deleted and keep its history.
SET LOCAL lock_timeout = '5s';

ALTER TABLE audit
  ADD COLUMN connection text,                       -- its name then, kept when it goes
  ADD COLUMN before     jsonb,
  ADD COLUMN after      jsonb,
  ADD COLUMN hash       bytea;                      -- of this row and the hash before: see audit_hash

-- Deleted, its history kept: without secrets and grants, never to be enabled again.
ALTER TABLE connections ADD COLUMN deleted_at timestamptz;
ALTER TABLE connections ADD CONSTRAINT connections_deleted_are_disabled
  CHECK (deleted_at IS NULL OR NOT enabled);

CREATE FUNCTION audit_hash(previous bytea, entry audit) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(coalesce(previous, '') || convert_to(jsonb_build_array(
    entry.id, entry.connection_id, entry.connection, entry.actor, entry.action, entry.before,
    entry.after, entry.detail, extract(epoch FROM entry.at)::text)::text, 'UTF8'))
$$;

-- One writer at a time: the numbers follow the commits without a gap, so that a missing row shows.
CREATE FUNCTION audit_append() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  last audit;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit', 0));
  SELECT * INTO last FROM audit ORDER BY id DESC LIMIT 1;
  NEW.id := coalesce(last.id, 0) + 1;
  NEW.hash := audit_hash(last.hash, NEW);
  RETURN NEW;
END
$$;

CREATE FUNCTION audit_keep() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit trail is only ever added to';
END
$$;

-- The first entry that does not follow from the one before it.
CREATE FUNCTION audit_break() RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT min(id) FROM (
    SELECT a.id, a.hash = audit_hash(lag(a.hash) OVER w, a)
                 AND a.id = coalesce(lag(a.id) OVER w, 0) + 1 AS whole
      FROM audit a WINDOW w AS (ORDER BY a.id)) AS chain
   WHERE whole IS NOT TRUE
$$;

-- What was written before there was a chain is chained as it stands.
DO $$
DECLARE
  entry audit;
  previous bytea;
  place bigint := 0;
BEGIN
  FOR entry IN SELECT * FROM audit ORDER BY id LOOP
    place := place + 1;
    DELETE FROM audit WHERE id = entry.id;
    entry.id := place;
    entry.hash := audit_hash(previous, entry);
    previous := entry.hash;
    INSERT INTO audit OVERRIDING SYSTEM VALUE SELECT (entry).*;
  END LOOP;
END
$$;

ALTER TABLE audit ALTER hash SET NOT NULL;
CREATE TRIGGER audit_append BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_append();
CREATE TRIGGER audit_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
CREATE INDEX audit_by_connection ON audit (connection, id);
