-- name: connection(connection_id)^
-- What a comparison needs to know of its connection, and the moment at which it begins.
SELECT name, config, cutover, timezone, base_currency, imported_accounts, tax_rates,
       clock_timestamp() AS started
  FROM connections WHERE id = :connection_id;

-- name: documents(connection_id)
-- Every document that is known, with what Xero was last asked to hold because of it, and what its
-- newest version shows: its total, and what was open of it.
SELECT entity, zoho_id, number, day, snapshot ->> 'status' AS status, told, modified_at, deleted,
       (snapshot ->> 'total')::numeric AS total,
       (snapshot ->> 'total')::numeric
         - coalesce((snapshot ->> 'payment_made')::numeric, 0)
         - coalesce((snapshot ->> 'credits_applied')::numeric, 0)
         - coalesce((snapshot ->> 'write_off_amount')::numeric, 0)
         - coalesce((snapshot ->> 'total_credits_used')::numeric, 0)
         - coalesce((snapshot ->> 'total_refunded_amount')::numeric, 0) AS balance
  FROM documents WHERE connection_id = :connection_id;

-- name: links(connection_id)
-- Everything that was made in Xero.
SELECT key, xero_id FROM links WHERE connection_id = :connection_id;

-- name: standings(connection_id, entities, zoho_ids, started)
-- Where documents stand, and why; `moved` what came or was sent since the comparison began.
WITH wanted AS (
  SELECT w.entity, w.zoho_id, w.entity || ':' || w.zoho_id AS document
    FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS w (entity, zoho_id)),
lately AS (
  SELECT DISTINCT t.document
    FROM commands c JOIN tickets t ON t.command_id = c.id
   WHERE c.connection_id = :connection_id
     AND (c.finished_at >= (:started)::timestamptz OR c.created_at >= (:started)::timestamptz)
  UNION
  SELECT e.entity || ':' || e.zoho_id FROM events e
   WHERE e.connection_id = :connection_id
     AND (e.received_at >= (:started)::timestamptz OR e.decided_at >= (:started)::timestamptz))
SELECT w.entity, w.zoho_id,
       document_state((:connection_id)::bigint, w.entity, w.zoho_id) AS state,
       EXISTS (SELECT FROM lately l WHERE l.document = w.document) AS moved,
       coalesce(
         (SELECT e.reason FROM events e
           WHERE e.connection_id = :connection_id AND e.entity = w.entity
             AND e.zoho_id = w.zoho_id AND e.state = 'parked' ORDER BY e.id DESC LIMIT 1),
         (SELECT c.reason FROM tickets t JOIN commands c ON c.id = t.command_id
           WHERE t.connection_id = :connection_id AND t.document = w.document AND t.open
             AND c.state = 'parked' ORDER BY t.position LIMIT 1)) AS parked,
       (SELECT c.reason FROM commands c
         WHERE c.connection_id = :connection_id AND c.entity = w.entity
           AND c.zoho_id = w.zoho_id AND c.state = 'skipped'
           AND NOT EXISTS (SELECT FROM commands n
                            WHERE n.connection_id = c.connection_id AND n.entity = c.entity
                              AND n.zoho_id = c.zoho_id AND n.key = c.key AND n.state = 'done'
                              AND n.id > c.id)
         ORDER BY c.id DESC LIMIT 1) AS skipped,
       least(
         (SELECT min(c.created_at) FROM tickets t JOIN commands c ON c.id = t.command_id
           WHERE t.connection_id = :connection_id AND t.document = w.document AND t.open
             AND c.state IN ('pending', 'sending', 'ambiguous')),
         (SELECT min(e.received_at) FROM events e
           WHERE e.connection_id = :connection_id AND e.entity = w.entity
             AND e.zoho_id = w.zoho_id AND e.state = 'undecided')) AS open_since,
       (SELECT max(c.finished_at) FROM commands c
         WHERE c.connection_id = :connection_id AND c.entity = w.entity
           AND c.zoho_id = w.zoho_id AND c.state = 'done') AS written_at
  FROM wanted w;

-- name: owners(connection_id, keys)
-- The documents for which things were made that are asked for no more.
SELECT DISTINCT ON (c.key) c.key, c.entity, c.zoho_id, d.number
  FROM commands c
  LEFT JOIN documents d ON d.connection_id = c.connection_id AND d.entity = c.entity
   AND d.zoho_id = c.zoho_id
 WHERE c.connection_id = :connection_id AND c.key = ANY((:keys)::text[])
 ORDER BY c.key, c.id DESC;

-- name: on_the_way(connection_id, xero_ids, numbers)
-- Of what nothing seemed to ask for: the ids that were linked meanwhile, and the numbers or references
-- that are being written just now.
SELECT l.xero_id AS found FROM links l
 WHERE l.connection_id = :connection_id AND l.xero_id = ANY((:xero_ids)::text[])
UNION ALL
SELECT n.number FROM commands c,
       LATERAL (VALUES (c.expected ->> 'number'), (c.body ->> 'Reference')) AS n (number)
 WHERE c.connection_id = :connection_id AND c.state IN ('sending', 'ambiguous')
   AND n.number = ANY((:numbers)::text[]);

-- name: forget(connection_id)!
-- Only the newest comparison is kept.
DELETE FROM drift WHERE connection_id = :connection_id;

-- name: store_comparison(connection_id, documents, xero_calls, zoho_calls, notes)!
-- That both sides were compared, and what it took.
INSERT INTO comparisons (connection_id, documents, xero_calls, zoho_calls, notes)
VALUES (:connection_id, :documents, :xero_calls, :zoho_calls, :notes)
ON CONFLICT (connection_id) DO UPDATE
   SET compared_at = now(), documents = excluded.documents, xero_calls = excluded.xero_calls,
       zoho_calls = excluded.zoho_calls, notes = excluded.notes;

-- name: store_drift(connection_id, differences)!
-- The documents that differ, in the order in which they were found.
INSERT INTO drift (connection_id, place, entity, zoho_id, kind, difference)
SELECT :connection_id, d.place, d.value ->> 'entity', d.value ->> 'zoho_id', d.value ->> 'kind',
       d.value
  FROM jsonb_array_elements(:differences) WITH ORDINALITY AS d (value, place);
