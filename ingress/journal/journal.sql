-- name: record(connections, entities, zoho_ids, triggers, fingerprints, versioned, touches, modified, types, bodies, requests, states, reasons, sources, traces)
-- Webhooks that came together share one commit. A row that is there already is the same delivery again.
-- Where no version is stamped, the newest other content of the document salts the fingerprint, so
-- that A, B, A again are three events. The caller gives a document at most once.
WITH stored AS (
  INSERT INTO events (connection_id, entity, zoho_id, trigger, fingerprint, salt, touches,
                      modified_at, content_type, body, request_id, state, reason, source,
                      traceparent)
  SELECT g.connection_id, g.entity, g.zoho_id, g.trigger, g.fingerprint,
         CASE WHEN g.versioned THEN 0 ELSE coalesce((
           SELECT max(e.id) FROM events e
            WHERE e.connection_id = g.connection_id AND e.entity = g.entity
              AND e.zoho_id = g.zoho_id AND e.fingerprint <> g.fingerprint), 0) END,
         string_to_array(g.touches, ' '), g.modified_at, g.content_type, g.body, g.request_id,
         CASE WHEN g.state = 'undecided' AND NOT c.enabled THEN 'held' ELSE g.state END, g.reason,
         g.source, g.traceparent
    FROM unnest((:connections)::text[]::bigint[], (:entities)::text[], (:zoho_ids)::text[],
                (:triggers)::text[], (:fingerprints)::bytea[], (:versioned)::boolean[],
                (:touches)::text[], (:modified)::text[]::timestamptz[], (:types)::text[],
                (:bodies)::bytea[], (:requests)::text[], (:states)::text[], (:reasons)::text[],
                (:sources)::text[], (:traces)::text[])
         WITH ORDINALITY
      AS g (connection_id, entity, zoho_id, trigger, fingerprint, versioned, touches, modified_at,
            content_type, body, request_id, state, reason, source, traceparent,
            place)
    JOIN connections c ON c.id = g.connection_id
   ORDER BY g.place
  ON CONFLICT DO NOTHING
  RETURNING id, connection_id, entity, zoho_id, state, reason),
not_served AS (
  INSERT INTO decisions (connection_id, event_id, entity, zoho_id, action, outcome, code, reason)
  SELECT connection_id, id, entity, zoho_id, '-', 'withheld', 'not_served', reason
    FROM stored WHERE state = 'decided')
SELECT id, connection_id, entity, zoho_id, state FROM stored;

-- name: find_repeats(connections, entities, zoho_ids, triggers, fingerprints)
-- The events that deliveries repeat: the newest of the same content.
SELECT DISTINCT ON (e.connection_id, e.entity, e.zoho_id)
       e.id, e.connection_id, e.entity, e.zoho_id, e.state
  FROM unnest((:connections)::text[]::bigint[], (:entities)::text[], (:zoho_ids)::text[],
              (:triggers)::text[], (:fingerprints)::bytea[])
    AS g (connection_id, entity, zoho_id, trigger, fingerprint)
  JOIN events e USING (connection_id, entity, zoho_id, trigger, fingerprint)
 ORDER BY e.connection_id, e.entity, e.zoho_id, e.id DESC;
