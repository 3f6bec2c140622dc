-- name: load_event(event_id)^
-- An event with the books of its connection, as they are now.
SELECT e.id, e.connection_id, e.entity, e.zoho_id, e.trigger, e.source, e.touches, e.modified_at,
       e.content_type, e.body, e.request_id, e.traceparent, e.received_at, e.state, e.failures, e.reason,
       c.name AS connection_name, c.enabled, c.config, c.cutover, c.timezone, c.base_currency,
       c.imported_accounts, c.tax_rates
  FROM events e JOIN connections c ON c.id = e.connection_id
 WHERE e.id = :event_id;

-- name: first_undecided(connection_id, documents, before)$
-- The earliest undecided event that touches one of the documents, or null: it has its turn first. Asked
-- for in words that fit the index by documents alone: through the one of all undecided events, which is
-- small when statistics are taken, each decision of a backlog would walk the backlog.
SELECT min(id) FROM events
 WHERE connection_id = :connection_id AND state IN ('undecided', 'parked') AND state <> 'parked'
   AND id < :before AND touches && (:documents)::text[];

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

-- name: lock_documents(connection_id, entities, zoho_ids)
-- What is kept of documents, locked: as it is once nobody else holds them. Always in the same order, so
-- that two processors never wait for each other.
SELECT d.entity, d.zoho_id, d.snapshot, d.told, d.modified_at, d.deleted, d.used
  FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS wanted (entity, zoho_id)
  JOIN documents d ON d.connection_id = :connection_id AND d.entity = wanted.entity
   AND d.zoho_id = wanted.zoho_id
 ORDER BY d.entity, d.zoho_id
   FOR UPDATE OF d;

-- name: load_documents(connection_id, entities, zoho_ids)
-- The same, as it is just now.
SELECT d.entity, d.zoho_id, d.snapshot, d.told, d.modified_at, d.deleted, d.used
  FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS wanted (entity, zoho_id)
  JOIN documents d ON d.connection_id = :connection_id AND d.entity = wanted.entity
   AND d.zoho_id = wanted.zoho_id;

-- name: standing(connection_id, event_id, touched, alone, entities, zoho_ids, keys)^
-- How an event and what is around it stand, once all that must not move is locked; its books as they are
-- now. `earlier` is the first undecided event that touches one of the documents `touched`, found as in
-- first_undecided; with `alone` only one of the same document. `exported`: something was asked of Xero
-- for the event's document at some time, by its own word or by that of a document that told of it (a
-- bill of its payments). `linked` are those of `keys` that Xero holds. `buried` are numbers that stay
-- with voided documents in Xero, by key: that of the last write before each void.
SELECT e.state, c.enabled, c.config, c.cutover, c.timezone, c.base_currency, c.imported_accounts,
       c.tax_rates,
       (SELECT min(x.id) FROM events x
         WHERE x.connection_id = :connection_id AND x.state IN ('undecided', 'parked')
           AND x.state <> 'parked' AND x.id < :event_id AND x.touches && (:touched)::text[]
           AND (NOT :alone OR (x.entity, x.zoho_id) = (e.entity, e.zoho_id))) AS earlier,
       EXISTS (SELECT FROM decisions x
                WHERE x.connection_id = e.connection_id AND x.entity = e.entity
                  AND x.zoho_id = e.zoho_id AND x.outcome = 'applied')
       OR EXISTS (SELECT FROM commands x
                   WHERE x.connection_id = e.connection_id AND x.entity = e.entity
                     AND x.zoho_id = e.zoho_id) AS exported,
       ARRAY (SELECT key FROM links WHERE connection_id = :connection_id AND key = ANY(:keys)) AS linked,
       ARRAY (
         SELECT jsonb_build_array(void.key, put.number)
           FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS wanted (entity, zoho_id)
           JOIN commands void ON void.connection_id = :connection_id AND void.entity = wanted.entity
            AND void.zoho_id = wanted.zoho_id AND void.kind LIKE '%.void'
            AND void.state NOT IN ('superseded', 'skipped')
          CROSS JOIN LATERAL (
                SELECT x.expected ->> 'number' AS number FROM commands x
                 WHERE x.connection_id = void.connection_id AND x.entity = void.entity
                   AND x.zoho_id = void.zoho_id AND x.key = void.key AND x.id < void.id
                   AND x.kind LIKE '%.put' AND x.state <> 'superseded'
                 ORDER BY x.id DESC LIMIT 1) AS put
          WHERE put.number IS NOT NULL) AS buried
  FROM events e JOIN connections c ON c.id = e.connection_id
 WHERE e.connection_id = :connection_id AND e.id = :event_id;

-- name: on_its_way(connection_id, link, role, at)^
-- What Zoho was asked to change of a contact, and what a version of the time `at` may not show yet; and
-- how Xero showed the one that it is linked to before it changed it.
SELECT d.snapshot -> 'former' AS former,
       ARRAY (SELECT c.body FROM commands c
               WHERE c.connection_id = d.connection_id AND c.entity = 'xero_contact'
                 AND c.zoho_id = d.zoho_id
                 AND c.key = 'zoho_contact:' || d.zoho_id || ':' || (:role)::text
                 AND c.state NOT IN ('superseded', 'skipped')
                 AND (c.finished_at IS NULL OR (:at)::timestamptz IS NULL OR c.finished_at > :at)
               ORDER BY c.id) AS asked
  FROM links l
  JOIN documents d ON d.connection_id = l.connection_id AND d.entity = 'xero_contact'
   AND d.zoho_id = l.xero_id
 WHERE l.connection_id = :connection_id AND l.key = :link
   AND d.snapshot ? 'former';

-- name: add_decision(connection_id, event_id, entity, zoho_id, action, key, outcome, code, reason)!
-- One row of a document's history.
INSERT INTO decisions (connection_id, event_id, entity, zoho_id, action, key, outcome, code, reason)
VALUES (:connection_id, :event_id, :entity, :zoho_id, :action, :key, :outcome, :code, :reason);

-- name: conclude(connection_id, event_id, state, reason, decisions, documents, modified_at, replaced)!
-- What comes of an event, all at once: its own end, or that it waits for a person; the rows of documents'
-- histories; and what is known of `documents` from now on, none of them where the event did not count. A
-- version that counts takes the place of older ones that don't read.
WITH ended AS (
  UPDATE events SET state = :state, reason = :reason, decided_at = now()
   WHERE id = :event_id AND state = 'undecided'
  RETURNING id, connection_id, entity, zoho_id),
freed AS (
  UPDATE events e SET state = 'superseded', reason = :replaced, decided_at = now()
    FROM ended
   WHERE (:state)::text = 'decided' AND e.connection_id = ended.connection_id
     AND e.entity = ended.entity AND e.zoho_id = ended.zoho_id AND e.state = 'parked' AND e.id < ended.id
     AND ((:modified_at)::timestamptz IS NULL OR e.modified_at IS NULL
          OR e.modified_at <= (:modified_at)::timestamptz)),
known AS (
  UPDATE documents d
     SET number = k.number, day = k.day, snapshot = k.snapshot, told = k.told,
         modified_at = k.modified_at, deleted = k.deleted, used = k.used,
         last_event_id = coalesce(k.version, d.last_event_id), updated_at = now()
    FROM jsonb_to_recordset(:documents)
      AS k (entity text, zoho_id text, number text, day date, snapshot jsonb, told jsonb,
            modified_at timestamptz, deleted boolean, used boolean, version bigint)
   WHERE d.connection_id = :connection_id AND d.entity = k.entity AND d.zoho_id = k.zoho_id)
INSERT INTO decisions (connection_id, event_id, entity, zoho_id, action, key, outcome, code, reason)
SELECT :connection_id, :event_id, entity, zoho_id, action, key, outcome, code, reason
  FROM jsonb_to_recordset(:decisions)
    AS d (place integer, entity text, zoho_id text, action text, key text, outcome text, code text,
          reason text)
 ORDER BY place;

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

-- name: give_way(event_id, reason)!
-- Zoho was asked, and its answer is decided in this version's place.
WITH given AS (
  UPDATE events SET state = 'superseded', reason = :reason, decided_at = now()
   WHERE id = :event_id AND state = 'undecided'
  RETURNING connection_id, id, entity, zoho_id)
INSERT INTO decisions (connection_id, event_id, entity, zoho_id, action, outcome, code, reason)
SELECT connection_id, id, entity, zoho_id, '-', 'superseded', 'read_from_zoho', :reason FROM given;
