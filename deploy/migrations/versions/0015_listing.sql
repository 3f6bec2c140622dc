-- Lists and searches of 100,000 documents: what they are found by stands beside each document, put there by the
-- database itself from what it follows from (docs/decisions: lists beside documents). The table is written anew once, under its lock.
SET LOCAL lock_timeout = '5s';

-- What a document comes to: its total, or what a payment covers and leaves unused.
CREATE FUNCTION document_total(snapshot jsonb) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN snapshot ? 'total' THEN (snapshot ->> 'total')::numeric
    WHEN snapshot ? 'unused_amount' THEN (snapshot ->> 'unused_amount')::numeric
      + (SELECT coalesce(sum((share ->> 'amount')::numeric), 0)
           FROM jsonb_array_elements(snapshot -> 'shares') AS share)
  END
$$;

-- The newest decision's outcome, as document_state takes it: 'ignored' where there was nothing to do.
CREATE FUNCTION document_outcome(connection_id bigint, entity text, zoho_id text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN bool_or(d.outcome = 'withheld' AND coalesce(d.code, '') NOT IN ('never_exported', 'not_served'))
      THEN 'withheld'
    WHEN bool_or(d.outcome = 'applied') THEN 'synced'
    WHEN count(*) > 0 THEN 'ignored'
  END
    FROM decisions d
   WHERE d.connection_id = $1 AND d.entity = $2 AND d.zoho_id = $3 AND d.outcome <> 'superseded'
     AND d.event_id = (SELECT max(n.event_id) FROM decisions n
                        WHERE n.connection_id = $1 AND n.entity = $2 AND n.zoho_id = $3
                          AND n.outcome <> 'superseded')
$$;

ALTER TABLE documents
  ADD COLUMN contact  text GENERATED ALWAYS AS
    (coalesce(snapshot ->> 'contact_name', snapshot ->> 'name')) STORED,
  ADD COLUMN currency text GENERATED ALWAYS AS (nullif(snapshot ->> 'currency_code', '')) STORED,
  ADD COLUMN total    numeric GENERATED ALWAYS AS (document_total(snapshot)) STORED,
  ADD COLUMN search   text GENERATED ALWAYS AS (lower(left(coalesce(number, ''), 100) || E'\x1f'
    || left(coalesce(snapshot ->> 'contact_name', ''), 200))) STORED,
  ADD COLUMN outcome  text,                         -- what its newest decision came to: synced, withheld, ignored
  ADD COLUMN newest_event_id bigint;                -- of all that were decided about it

UPDATE documents d
   SET newest_event_id = n.newest,
       outcome = document_outcome(d.connection_id, d.entity, d.zoho_id)
  FROM (SELECT connection_id, entity, zoho_id, max(event_id) AS newest
          FROM decisions GROUP BY connection_id, entity, zoho_id) n
 WHERE (n.connection_id, n.entity, n.zoho_id) = (d.connection_id, d.entity, d.zoho_id);

CREATE FUNCTION documents_follow() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO documents AS d (connection_id, entity, zoho_id, newest_event_id, outcome)
  VALUES (NEW.connection_id, NEW.entity, NEW.zoho_id, NEW.event_id,
          document_outcome(NEW.connection_id, NEW.entity, NEW.zoho_id))
  ON CONFLICT (connection_id, entity, zoho_id) DO UPDATE
     SET newest_event_id = greatest(d.newest_event_id, excluded.newest_event_id),
         outcome = excluded.outcome;
  RETURN NULL;
END
$$;
CREATE TRIGGER documents_follow AFTER INSERT ON decisions
  FOR EACH ROW EXECUTE FUNCTION documents_follow();

-- Newest first, and searched without a look at the table itself.
CREATE INDEX documents_listed ON documents (connection_id, newest_event_id, entity, zoho_id)
  INCLUDE (search, total, day, outcome) WHERE newest_event_id IS NOT NULL;
CREATE INDEX documents_withheld ON documents (connection_id, newest_event_id) WHERE outcome = 'withheld';
CREATE INDEX commands_done ON commands (connection_id, finished_at) WHERE state = 'done';
