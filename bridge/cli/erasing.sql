-- name: lock_documents(connection_id, contact_id)
-- The contact, what Xero told of it, and every document that names it, in the order in which all lock
-- documents.
SELECT entity, zoho_id FROM documents
 WHERE connection_id = :connection_id
   AND ((entity = 'contact' AND zoho_id = :contact_id) OR snapshot ->> 'contact_id' = :contact_id
        OR (entity = 'xero_contact' AND zoho_id IN (
              SELECT lower(xero_id) FROM links
               WHERE connection_id = :connection_id AND key = 'contact:' || :contact_id)))
 ORDER BY entity, zoho_id
   FOR UPDATE;

-- name: still_open(connection_id, entities, zoho_ids)
-- What is not settled needs its bytes: it can't be erased yet.
WITH wanted AS (
  SELECT entity, zoho_id FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS w (entity, zoho_id))
SELECT format('event %s (%s)', e.id, e.state) AS what
  FROM wanted w JOIN events e ON e.connection_id = :connection_id AND e.entity = w.entity
   AND e.zoho_id = w.zoho_id
 WHERE e.state IN ('undecided', 'held', 'parked')
UNION ALL
SELECT format('command %s (%s)', c.id, c.state)
  FROM wanted w JOIN commands c ON c.connection_id = :connection_id AND c.entity = w.entity
   AND c.zoho_id = w.zoho_id
 WHERE c.finished_at IS NULL
 LIMIT 20;

-- name: blank_contact(connection_id, contact_id)!
-- What is left of a contact: its id, what kind it is, its currency. A change in Zoho brings it back.
WITH blank AS (
  SELECT jsonb_build_object('id', zoho_id, 'name', 'erased ' || zoho_id,
                            'contact_type', coalesce(snapshot ->> 'contact_type', 'customer'),
                            'currency_code', coalesce(snapshot ->> 'currency_code', '')) AS fields
    FROM documents
   WHERE connection_id = :connection_id AND entity = 'contact' AND zoho_id = :contact_id)
UPDATE documents d
   SET number = NULL, snapshot = CASE WHEN d.snapshot IS NULL THEN NULL ELSE blank.fields END,
       told = (SELECT coalesce(jsonb_object_agg(key, value || jsonb_build_object('content', blank.fields)), '{}')
                 FROM jsonb_each(d.told)),
       last_event_id = NULL, updated_at = now()
  FROM blank
 WHERE d.connection_id = :connection_id AND d.entity = 'contact' AND d.zoho_id = :contact_id;

-- name: blank_documents(connection_id, entities, zoho_ids)!
-- Documents keep their figures and ids; names, addresses and e-mail go.
UPDATE documents d
   SET snapshot = d.snapshot
                  - ARRAY['contact_name', 'email', 'billing_address', 'shipping_address', 'card',
                             'former'],
       number = CASE WHEN d.entity = 'xero_contact' THEN NULL ELSE d.number END,
       last_event_id = NULL, updated_at = now()
  FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS w (entity, zoho_id)
 WHERE d.connection_id = :connection_id AND d.entity = w.entity AND d.zoho_id = w.zoho_id
   AND d.entity <> 'contact';

-- name: blank_imports(connection_id, contact_id)!
-- Reports of imports name what they saw.
UPDATE import_items i SET name = 'erased'
  FROM links l
 WHERE i.connection_id = :connection_id AND i.kind <> 'account'
   AND l.connection_id = i.connection_id AND l.key = 'contact:' || :contact_id
   AND i.xero_id = lower(l.xero_id);

-- name: erase_events(connection_id, entities, zoho_ids)$
-- Webhooks as they came.
WITH gone AS (
  UPDATE events e SET body = '', redacted_at = coalesce(redacted_at, now())
    FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS w (entity, zoho_id)
   WHERE e.connection_id = :connection_id AND e.entity = w.entity AND e.zoho_id = w.zoho_id
  RETURNING e.id)
SELECT count(*)::int FROM gone;

-- name: erase_commands(connection_id, entities, zoho_ids)$
-- What Xero was asked to hold, and what was said about it.
WITH gone AS (
  UPDATE commands c SET body = '{}', redacted_at = coalesce(redacted_at, now()),
         reason = NULL
    FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS w (entity, zoho_id)
   WHERE c.connection_id = :connection_id AND c.entity = w.entity AND c.zoho_id = w.zoho_id
  RETURNING c.id)
SELECT count(*)::int FROM gone;

-- name: erase_attempts(connection_id, entities, zoho_ids)$
-- Requests that carried any of it, whole: others' changes in them are settled too, or the request is
-- still open and waits for its own end. So do those about the contact's twin: they show one contact in Xero.
WITH theirs AS (
  SELECT DISTINCT m.attempt_id AS id
    FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS w (entity, zoho_id)
    JOIN commands c ON c.connection_id = :connection_id AND c.entity = w.entity
     AND c.zoho_id = w.zoho_id
    JOIN attempt_members m ON m.command_id = c.id
  UNION
  SELECT m.attempt_id
    FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS w (entity, zoho_id)
    JOIN links own ON own.connection_id = :connection_id AND own.key = 'contact:' || w.zoho_id
     AND w.entity = 'contact'
    JOIN links twin ON twin.connection_id = own.connection_id AND twin.xero_id = own.xero_id
     AND twin.key LIKE 'contact:%'
    JOIN commands c ON c.connection_id = twin.connection_id AND c.entity = 'contact'
     AND c.zoho_id = substr(twin.key, 9)
    JOIN attempt_members m ON m.command_id = c.id),
words AS (
  UPDATE attempt_members m SET message = NULL FROM theirs WHERE m.attempt_id = theirs.id),
gone AS (
  UPDATE attempts a SET body = '', message = NULL, repeatable = false,
         redacted_at = coalesce(redacted_at, now())
    FROM theirs WHERE a.id = theirs.id
  RETURNING a.id)
SELECT count(*)::int FROM gone;

-- name: xero_id(connection_id, contact_id)$
-- The contact's id in Xero, where it stays.
SELECT xero_id FROM links
 WHERE connection_id = :connection_id AND key = 'contact:' || (:contact_id)::text;

-- name: erase_elsewhere(connection_id, contact_id, entities, zoho_ids)!
-- Where else its name may stand: a comparison's findings, an import, what Xero told of it.
WITH twin AS (
  SELECT xero_id FROM links
   WHERE connection_id = :connection_id AND key = 'contact:' || (:contact_id)::text),
found AS (
  DELETE FROM drift d USING unnest((:entities)::text[], (:zoho_ids)::text[]) AS w (entity, zoho_id)
   WHERE d.connection_id = :connection_id AND d.entity = w.entity AND d.zoho_id = w.zoho_id),
imported AS (
  UPDATE import_items i SET name = 'erased', reason = NULL FROM twin
   WHERE i.connection_id = :connection_id AND i.xero_id = twin.xero_id)
UPDATE events e SET body = '', redacted_at = coalesce(redacted_at, now()) FROM twin
 WHERE e.connection_id = :connection_id AND e.entity = 'xero_contact' AND e.zoho_id = twin.xero_id
   AND e.state IN ('decided', 'superseded');
