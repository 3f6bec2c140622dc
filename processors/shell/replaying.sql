-- name: replay(connection_id, entities, ids, entity, zoho_id, since, until, states, outcomes)
-- Parked events are decided as if they had just come. Of what was decided, a document's newest version
-- comes once more, as a new event, unless something of the document is still open. It comes as an
-- edit, since a document is created once, and under its old stamp, so that a newer version wins.
-- The salt lets it come any number of times, but once for two who ask in the same moment.
WITH chosen AS MATERIALIZED (
  SELECT e.id, e.entity, e.zoho_id, e.state FROM events e
   WHERE e.connection_id = :connection_id
     AND (e.state = 'parked' OR e.entity = ANY((:entities)::text[]))
     AND ((:ids)::bigint[] IS NULL OR e.id = ANY((:ids)::bigint[]))
     AND ((:entity)::text IS NULL OR (e.entity = :entity AND e.zoho_id = (:zoho_id)::text))
     AND ((:since)::timestamptz IS NULL OR e.received_at >= (:since)::timestamptz)
     AND ((:until)::timestamptz IS NULL OR e.received_at < (:until)::timestamptz)
     AND ((:states)::text[] IS NULL OR e.state = ANY((:states)::text[]))
     AND ((:outcomes)::text[] IS NULL
          OR EXISTS (SELECT FROM decisions d
                      WHERE d.event_id = e.id AND d.outcome = ANY((:outcomes)::text[])))),
judged AS (
  SELECT c.id, CASE
           WHEN c.state = 'parked' THEN 'parked'
           WHEN c.state IN ('undecided', 'held') THEN 'waiting'
           WHEN d.last_event_id IS DISTINCT FROM c.id THEN 'overtaken'
           WHEN EXISTS (SELECT FROM events o
                         WHERE o.connection_id = :connection_id AND o.entity = c.entity
                           AND o.zoho_id = c.zoho_id
                           AND o.state IN ('undecided', 'held', 'parked')) THEN 'waiting'
           ELSE 'again' END AS became
    FROM chosen c
    LEFT JOIN documents d ON d.connection_id = :connection_id AND d.entity = c.entity
     AND d.zoho_id = c.zoho_id),
reopened AS (
  UPDATE events e SET state = 'undecided', reason = NULL, failures = 0, published_at = NULL
    FROM judged j WHERE j.id = e.id AND j.became = 'parked'),
repeated AS (
  INSERT INTO events (connection_id, entity, zoho_id, trigger, source, touches, modified_at,
                      fingerprint, salt, content_type, body, request_id)
  SELECT e.connection_id, e.entity, e.zoho_id,
         CASE e.trigger WHEN 'deleted' THEN 'deleted' ELSE 'edited' END, 'replay', e.touches,
         e.modified_at, e.fingerprint, -(SELECT max(id) FROM events), e.content_type, e.body,
         'replay-' || e.id
    FROM judged j JOIN events e ON e.id = j.id
   WHERE j.became = 'again' ORDER BY e.id
  ON CONFLICT DO NOTHING)
SELECT id, became FROM judged ORDER BY id;
