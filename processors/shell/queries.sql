-- name: load_event(event_id)^
-- An event with the books of its connection, as they are now.
SELECT e.id, e.connection_id, e.entity, e.zoho_id, e.trigger, e.source, e.touches, e.modified_at,
       e.content_type, e.body, e.request_id, e.traceparent, e.received_at, e.state, e.failures, e.reason,
       c.name AS connection_name, c.enabled, c.config, c.cutover, c.timezone, c.base_currency,
       c.imported_accounts, c.tax_rates
  FROM events e JOIN connections c ON c.id = e.connection_id
 WHERE e.id = :event_id;

-- name: first_undecided(connection_id, documents, before)$
-- The earliest undecided event that touches one of the documents, or null: it has its turn first.
SELECT min(id) FROM events
 WHERE connection_id = :connection_id AND state = 'undecided' AND id < :before
   AND touches && (:documents)::text[];

-- name: first_of_document(connection_id, entity, zoho_id, before)$
-- The earliest undecided event of one document itself, or null.
SELECT min(id) FROM events
 WHERE connection_id = :connection_id AND entity = :entity AND zoho_id = :zoho_id
   AND state = 'undecided' AND id < :before;

-- name: add_documents(connection_id, entities, zoho_ids)!
-- A row to lock for each document, in the order of locking.
INSERT INTO documents (connection_id, entity, zoho_id)
SELECT :connection_id, entity, zoho_id
  FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS wanted (entity, zoho_id)
 ORDER BY entity, zoho_id
ON CONFLICT DO NOTHING;

-- name: lock_documents(connection_id, entities, zoho_ids)!
-- Always in the same order, so that two processors never wait for each other.
SELECT d.zoho_id
  FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS wanted (entity, zoho_id)
  JOIN documents d ON d.connection_id = :connection_id AND d.entity = wanted.entity
   AND d.zoho_id = wanted.zoho_id
 ORDER BY d.entity, d.zoho_id
   FOR UPDATE OF d;

-- name: load_documents(connection_id, entities, zoho_ids)
-- What is kept of documents; `exported`: something was asked of Xero for one at some time, by its
-- own word or by that of a document that told of it (a bill of its payments).
SELECT d.entity, d.zoho_id, d.snapshot, d.told, d.modified_at, d.deleted, d.used,
       EXISTS (SELECT FROM decisions x
                WHERE x.connection_id = d.connection_id AND x.entity = d.entity
                  AND x.zoho_id = d.zoho_id AND x.outcome = 'applied')
       OR EXISTS (SELECT FROM commands c
                   WHERE c.connection_id = d.connection_id AND c.entity = d.entity
                     AND c.zoho_id = d.zoho_id) AS exported
  FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS wanted (entity, zoho_id)
  JOIN documents d ON d.connection_id = :connection_id AND d.entity = wanted.entity
   AND d.zoho_id = wanted.zoho_id;

-- name: linked(connection_id, keys)
-- Which things Xero holds.
SELECT key FROM links WHERE connection_id = :connection_id AND key = ANY(:keys);

-- name: unfinished(connection_id, keys)
-- Commands under way, locked so that none is sent while we count on its not being sent.
SELECT key, state IN ('pending', 'parked') AS unsent
  FROM commands
 WHERE connection_id = :connection_id AND key = ANY(:keys)
   AND state IN ('pending', 'sending', 'ambiguous', 'parked')
 ORDER BY id
   FOR UPDATE;

-- name: buried(connection_id, entities, zoho_ids)
-- Numbers that stay with voided documents in Xero: that of the last write before each void.
SELECT void.key, put.number
  FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS wanted (entity, zoho_id)
  JOIN commands void ON void.connection_id = :connection_id AND void.entity = wanted.entity
   AND void.zoho_id = wanted.zoho_id AND void.kind LIKE '%.void'
   AND void.state NOT IN ('superseded', 'skipped')
  CROSS JOIN LATERAL (
       SELECT c.expected ->> 'number' AS number FROM commands c
        WHERE c.connection_id = void.connection_id AND c.entity = void.entity
          AND c.zoho_id = void.zoho_id AND c.key = void.key AND c.id < void.id
          AND c.kind LIKE '%.put' AND c.state <> 'superseded'
        ORDER BY c.id DESC LIMIT 1) AS put
 WHERE put.number IS NOT NULL;

-- name: add_decision(connection_id, event_id, entity, zoho_id, action, key, outcome, code, reason)!
-- One row of a document's history.
INSERT INTO decisions (connection_id, event_id, entity, zoho_id, action, key, outcome, code, reason)
VALUES (:connection_id, :event_id, :entity, :zoho_id, :action, :key, :outcome, :code, :reason);

-- name: save_document(connection_id, entity, zoho_id, number, day, snapshot, told, modified_at, deleted, used)!
-- What is known of a document from now on.
UPDATE documents
   SET number = :number, day = :day, snapshot = :snapshot, told = :told,
       modified_at = :modified_at, deleted = :deleted, used = :used, updated_at = now()
 WHERE connection_id = :connection_id AND entity = :entity AND zoho_id = :zoho_id;

-- name: mark_version(connection_id, entity, zoho_id, event_id)!
-- The event that the document's last version came with.
UPDATE documents SET last_event_id = :event_id
 WHERE connection_id = :connection_id AND entity = :entity AND zoho_id = :zoho_id;

-- name: end_event(event_id, state, reason)!
-- The event is through, or waits for a person.
UPDATE events SET state = :state, reason = :reason, decided_at = now()
 WHERE id = :event_id AND state = 'undecided';

-- name: free_parked(connection_id, entity, zoho_id, before, modified_at, reason)!
-- A newer version that reads takes the place of older ones that don't.
UPDATE events SET state = 'superseded', reason = :reason, decided_at = now()
 WHERE connection_id = :connection_id AND entity = :entity AND zoho_id = :zoho_id
   AND state = 'parked' AND id < :before
   AND ((:modified_at)::timestamptz IS NULL OR modified_at IS NULL
        OR modified_at <= (:modified_at)::timestamptz);

-- name: hold_event(event_id)!
-- The connection is disabled: the event waits for it (C9).
UPDATE events SET state = 'held' WHERE id = :event_id AND state = 'undecided';

-- name: count_failure(event_id)$
-- Counted before the work, so that what kills the process counts too.
UPDATE events SET failures = failures + 1 WHERE id = :event_id AND state = 'undecided' RETURNING failures;

-- name: note_failure(event_id, reason)!
-- What went wrong last, for whoever finds the event parked.
UPDATE events SET reason = :reason WHERE id = :event_id AND state = 'undecided';

-- name: unbuilt(connection_id)
-- Parked commands whose body could not be built, oldest first.
SELECT id, event_id, kind, key FROM commands
 WHERE connection_id = :connection_id AND state = 'parked' AND body IS NULL
 ORDER BY id
   FOR UPDATE;

-- name: build(id, body, expected)!
-- The command has its body now and takes its turn.
UPDATE commands
   SET state = 'pending', body = :body, expected = :expected, cause = NULL, reason = NULL,
       not_before = now()
 WHERE id = :id;

-- name: leave_unbuilt(id, cause, reason)!
-- It still can't be built, perhaps for another reason.
UPDATE commands SET cause = :cause, reason = :reason WHERE id = :id;

-- name: notify_outbox(connection_id)$
-- A hint for whoever holds the connection's lease.
SELECT pg_notify('outbox', (:connection_id)::bigint::text);

-- name: give_way(event_id, reason)!
-- Zoho was asked, and its answer is decided in this version's place.
WITH given AS (
  UPDATE events SET state = 'superseded', reason = :reason, decided_at = now()
   WHERE id = :event_id AND state = 'undecided'
  RETURNING connection_id, id, entity, zoho_id)
INSERT INTO decisions (connection_id, event_id, entity, zoho_id, action, outcome, code, reason)
SELECT connection_id, id, entity, zoho_id, '-', 'superseded', 'read_from_zoho', :reason FROM given;
