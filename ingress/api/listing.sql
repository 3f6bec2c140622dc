-- name: settled(connection_id, entity, state, words, amount, day, since, until, at_event, at_entity, at_id, most)
-- Documents that were decided about, the newest first, after the place `at_…` in that order. What is
-- searched for lies in the index; the state is derived for those alone that all else has let through.
SELECT d.entity, d.zoho_id, d.newest_event_id AS newest, s.state
  FROM documents d
 CROSS JOIN LATERAL (SELECT document_state(d.connection_id, d.entity, d.zoho_id) AS state) AS s
 WHERE d.connection_id = :connection_id AND d.newest_event_id IS NOT NULL
   AND (d.newest_event_id, d.entity, d.zoho_id)
       < ((:at_event)::bigint, (:at_entity)::text, (:at_id)::text)
   AND ((:entity)::text IS NULL OR d.entity = :entity)
   AND ((:state)::text IS NULL OR d.outcome = :state)
   AND ((:words)::text IS NULL OR d.search LIKE :words OR d.total = (:amount)::numeric
        OR d.day = (:day)::date)
   AND ((:since)::date IS NULL OR d.day >= :since)
   AND ((:until)::date IS NULL OR d.day <= :until)
   AND ((:state)::text IS NULL OR s.state = :state)
 ORDER BY d.newest_event_id DESC, d.entity DESC, d.zoho_id DESC
 LIMIT :most;

-- name: arriving(connection_id, entity, at_event, at_entity, at_id, most)
-- Documents with an event that nobody has decided yet: they may be known by it alone.
SELECT w.entity, w.zoho_id, w.newest,
       document_state(:connection_id, w.entity, w.zoho_id) AS state
  FROM (SELECT e.entity, e.zoho_id, max(e.id) AS newest
          FROM events e
         WHERE e.connection_id = :connection_id AND e.state IN ('undecided', 'held', 'parked')
           AND ((:entity)::text IS NULL OR e.entity = :entity)
         GROUP BY e.entity, e.zoho_id) AS w
 WHERE (w.newest, w.entity, w.zoho_id)
       < ((:at_event)::bigint, (:at_entity)::text, (:at_id)::text)
 ORDER BY w.newest DESC, w.entity DESC, w.zoho_id DESC
 LIMIT :most;

-- name: unfinished(connection_id, entity, state, words, amount, day, since, until, at_event, at_entity, at_id, most)
-- Documents that wait, are parked or held: found by what is open, which is little even where documents
-- are many.
WITH open AS (
  SELECT entity, zoho_id, max(newest) AS newest
    FROM (SELECT entity, zoho_id, id AS newest FROM events
           WHERE connection_id = :connection_id AND state IN ('undecided', 'held', 'parked')
          UNION ALL
          SELECT entity, zoho_id, event_id FROM commands
           WHERE connection_id = :connection_id
             AND state IN ('pending', 'sending', 'ambiguous', 'parked')) AS each
   GROUP BY entity, zoho_id)
SELECT o.entity, o.zoho_id, p.newest, s.state
  FROM open o
  LEFT JOIN documents d ON d.connection_id = :connection_id AND d.entity = o.entity
   AND d.zoho_id = o.zoho_id
 CROSS JOIN LATERAL (SELECT greatest(o.newest, d.newest_event_id) AS newest) AS p
 CROSS JOIN LATERAL (SELECT document_state(:connection_id, o.entity, o.zoho_id) AS state) AS s
 WHERE ((:entity)::text IS NULL OR o.entity = :entity)
   AND (p.newest, o.entity, o.zoho_id)
       < ((:at_event)::bigint, (:at_entity)::text, (:at_id)::text)
   AND ((:words)::text IS NULL OR d.search LIKE :words OR d.total = (:amount)::numeric
        OR d.day = (:day)::date)
   AND ((:since)::date IS NULL OR d.day >= :since)
   AND ((:until)::date IS NULL OR d.day <= :until)
   AND s.state = :state
 ORDER BY p.newest DESC, o.entity DESC, o.zoho_id DESC
 LIMIT :most;

-- name: details(connection_id, entities, zoho_ids)
-- What a row of the list says of each document, in the order that was given.
SELECT w.entity, w.zoho_id, d.number, d.day, d.contact, d.total, d.currency, e.received_at AS seen_at,
       l.key, l.xero_id, coalesce(c.reason, p.reason, w1.reason) AS reason
  FROM unnest((:entities)::text[], (:zoho_ids)::text[]) WITH ORDINALITY AS w (entity, zoho_id, place)
  LEFT JOIN documents d ON d.connection_id = :connection_id AND d.entity = w.entity
   AND d.zoho_id = w.zoho_id
  LEFT JOIN LATERAL (
       SELECT max(received_at) AS received_at FROM events
        WHERE connection_id = :connection_id AND entity = w.entity AND zoho_id = w.zoho_id) AS e
    ON true
  LEFT JOIN LATERAL (
       SELECT key, xero_id FROM links
        WHERE connection_id = :connection_id
          AND key = ANY (ARRAY(SELECT key FROM commands
                                WHERE connection_id = :connection_id AND entity = w.entity
                                  AND zoho_id = w.zoho_id) || (w.entity || ':' || w.zoho_id))
        ORDER BY key <> w.entity || ':' || w.zoho_id, key LIMIT 1) AS l ON true
  LEFT JOIN LATERAL (
       SELECT reason FROM commands
        WHERE connection_id = :connection_id AND entity = w.entity AND zoho_id = w.zoho_id
          AND state IN ('parked', 'ambiguous') ORDER BY id LIMIT 1) AS c ON true
  LEFT JOIN LATERAL (
       SELECT reason FROM events
        WHERE connection_id = :connection_id AND entity = w.entity AND zoho_id = w.zoho_id
          AND state = 'parked' ORDER BY id LIMIT 1) AS p ON true
  LEFT JOIN LATERAL (
       SELECT reason FROM decisions
        WHERE connection_id = :connection_id AND entity = w.entity AND zoho_id = w.zoho_id
          AND outcome = 'withheld' AND d.outcome IN ('withheld', 'ignored')
        ORDER BY event_id DESC, id LIMIT 1) AS w1 ON true
 ORDER BY w.place;
