-- name: connection(connection_id)^
-- What a sweep must know of its connection.
SELECT c.id, c.name, c.organization_id, c.enabled, c.cutover, c.timezone, c.created_at,
       (c.cutover::timestamp AT TIME ZONE c.timezone) AS cutover_at,
       z.day_limit
  FROM connections c LEFT JOIN zoho_calls z ON z.connection_id = c.id
 WHERE c.id = :connection_id;

-- name: watermarks(connection_id)
-- How far each list was swept.
SELECT module, watermark, swept_at, calls FROM sweeps WHERE connection_id = :connection_id;

-- name: kept(connection_id, entity, zoho_ids)
-- What the journal knows of documents: the newest stamp, decided or not, and who told it.
SELECT w.zoho_id, greatest(d.modified_at, e.stamp) AS stamp, d.snapshot,
       coalesce(d.deleted, false) OR coalesce(e.deleted, false) AS deleted,
       EXISTS (SELECT FROM events r
                WHERE r.connection_id = :connection_id AND r.entity = :entity
                  AND r.zoho_id = w.zoho_id AND r.source IN ('read', 'sweep', 'backfill')
                  AND r.modified_at IS NOT DISTINCT FROM greatest(d.modified_at, e.stamp))
         AS confirmed,
       ARRAY(SELECT (t.thing ->> 'at')::timestamptz FROM jsonb_each(d.told) AS t (key, thing)
              WHERE t.key <> :entity || ':' || w.zoho_id AND t.thing ->> 'at' IS NOT NULL)
         AS settled_at
  FROM unnest((:zoho_ids)::text[]) AS w (zoho_id)
  LEFT JOIN documents d ON d.connection_id = :connection_id AND d.entity = :entity
   AND d.zoho_id = w.zoho_id AND (d.snapshot IS NOT NULL OR d.deleted)
  LEFT JOIN LATERAL (
       SELECT max(e.modified_at) AS stamp, count(*) AS told, bool_or(e.trigger = 'deleted') AS deleted
         FROM events e
        WHERE e.connection_id = :connection_id AND e.entity = :entity AND e.zoho_id = w.zoho_id
       ) e ON true
 WHERE d.zoho_id IS NOT NULL OR e.told > 0;

-- name: settled_refunds(connection_id, entity, zoho_id)
-- Refunds of a credit whose account Xero was told.
SELECT split_part(t.key, ':', 2) AS refund_id
  FROM documents d CROSS JOIN jsonb_each(d.told) AS t (key, thing)
 WHERE d.connection_id = :connection_id AND d.entity = :entity AND d.zoho_id = :zoho_id
   AND t.key ~ '^(vendor_)?refund:' AND t.thing -> 'content' ? 'account_id';

-- name: living(connection_id, entity)
-- The documents of an entity that the bridge takes to be there.
SELECT zoho_id FROM documents
 WHERE connection_id = :connection_id AND entity = :entity
   AND snapshot IS NOT NULL AND NOT deleted;

-- name: unread(connection_id, most)
-- Documents that decisions would have read, longest first.
SELECT entity, zoho_id FROM unread
 WHERE connection_id = :connection_id ORDER BY since LIMIT :most;

-- name: put_off(connection_id, entity, zoho_id)!
-- Zoho failed on the document: the next sweep reads it, behind all others that wait.
INSERT INTO unread (connection_id, entity, zoho_id, why)
VALUES (:connection_id, :entity, :zoho_id, 'failed')
ON CONFLICT (connection_id, entity, zoho_id) DO UPDATE SET since = now();

-- name: has_been_read(connection_id, entity, zoho_id)!
-- The document is in the journal as Zoho has it.
DELETE FROM unread
 WHERE connection_id = :connection_id AND entity = :entity AND zoho_id = :zoho_id;

-- name: end_module(connection_id, module, watermark, complete, missed, calls)!
-- The list is swept; its watermark never goes back.
INSERT INTO sweeps AS s (connection_id, module, watermark, swept_at, compared_at, missed, missed_at, calls)
VALUES (:connection_id, :module, :watermark, now(), CASE WHEN :complete THEN now() END, :missed,
        CASE WHEN (:missed)::bigint > 0 THEN now() END, :calls)
ON CONFLICT (connection_id, module) DO UPDATE
   SET watermark = greatest(s.watermark, excluded.watermark), swept_at = excluded.swept_at,
       compared_at = coalesce(excluded.compared_at, s.compared_at),
       missed = s.missed + excluded.missed,
       missed_at = coalesce(excluded.missed_at, s.missed_at), calls = excluded.calls;

-- name: silent_modules(connection_id, most)
-- Modules whose webhooks have stopped: creations and deletions that only the sweep told since the last one.
SELECT e.entity, count(*)::int AS missed, max(w.received_at) AS last_webhook
  FROM events e
  LEFT JOIN LATERAL (
       SELECT max(id) AS id, max(received_at) AS received_at FROM events w
        WHERE w.connection_id = e.connection_id AND w.entity = e.entity AND w.source = 'webhook') w
    ON true
 WHERE e.connection_id = :connection_id AND e.source = 'sweep'
   AND e.trigger IN ('created', 'deleted') AND e.id > coalesce(w.id, 0)
 GROUP BY e.entity HAVING count(*) >= :most ORDER BY e.entity;
