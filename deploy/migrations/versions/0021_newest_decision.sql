-- A contact that is read for an invoice's sake has a later event than the invoice, and is decided before it: the
-- events' numbers do not tell what was decided last, the decisions' own do.
SET LOCAL lock_timeout = '5s';

-- What a document's newest decision came to: 'ignored' where there was nothing to do, null where nothing was decided.
CREATE OR REPLACE FUNCTION document_outcome(connection_id bigint, entity text, zoho_id text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN bool_or(d.outcome = 'withheld' AND coalesce(d.code, '') NOT IN ('never_exported', 'not_served'))
      THEN 'withheld'
    WHEN bool_or(d.outcome = 'applied') THEN 'synced'
    WHEN count(*) > 0 THEN 'ignored'
  END
    FROM decisions d
   WHERE d.connection_id = $1 AND d.entity = $2 AND d.zoho_id = $3 AND d.outcome <> 'superseded'
     AND d.event_id = (SELECT n.event_id FROM decisions n
                        WHERE n.connection_id = $1 AND n.entity = $2 AND n.zoho_id = $3
                          AND n.outcome <> 'superseded'
                        ORDER BY n.id DESC LIMIT 1)
$$;

-- What is open goes before what was decided. A payment that its bill alone tells of has commands and nothing else.
CREATE OR REPLACE FUNCTION document_state(connection_id bigint, entity text, zoho_id text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  WITH event AS (
    SELECT DISTINCT e.state FROM events e
     WHERE e.connection_id = $1 AND e.entity = $2 AND e.zoho_id = $3),
  command AS (
    SELECT DISTINCT c.state FROM commands c
     WHERE c.connection_id = $1 AND c.entity = $2 AND c.zoho_id = $3)
  SELECT CASE
    WHEN EXISTS (SELECT FROM event WHERE state = 'held') THEN 'held'
    WHEN EXISTS (SELECT FROM event WHERE state = 'parked')
      OR EXISTS (SELECT FROM command WHERE state = 'parked') THEN 'parked'
    WHEN EXISTS (SELECT FROM event WHERE state = 'undecided')
      OR EXISTS (SELECT FROM command WHERE state IN ('pending', 'sending', 'ambiguous')) THEN 'waiting'
    ELSE coalesce(
      document_outcome($1, $2, $3),
      CASE WHEN EXISTS (SELECT FROM event) THEN 'ignored'
           WHEN EXISTS (SELECT FROM command WHERE state = 'done') THEN 'synced'
           WHEN EXISTS (SELECT FROM command) THEN 'ignored' END)
  END
$$;

UPDATE documents d
   SET outcome = document_outcome(d.connection_id, d.entity, d.zoho_id)
 WHERE newest_event_id IS NOT NULL
   AND outcome IS DISTINCT FROM document_outcome(d.connection_id, d.entity, d.zoho_id);
