-- name: forget_secrets(connection_id)!
-- What was replaced and is accepted no more.
DELETE FROM secrets WHERE connection_id = :connection_id AND expires_at <= now();

-- name: redact_events(connection_id, days, most)$
-- Bodies of old versions; the fingerprint stays as their hash. A command that is not finished may
-- have to be built anew from the body, and the newest version of a document is no old one.
WITH old AS (
  SELECT e.id FROM events e
   WHERE e.connection_id = :connection_id AND e.redacted_at IS NULL
     AND e.state IN ('decided', 'superseded')
     AND e.received_at < now() - make_interval(days => :days)
     AND NOT EXISTS (
           SELECT FROM documents d
            WHERE d.connection_id = e.connection_id AND d.entity = e.entity
              AND d.zoho_id = e.zoho_id AND d.last_event_id = e.id)
     AND NOT EXISTS (
           SELECT FROM commands c
            WHERE c.connection_id = e.connection_id AND c.entity = e.entity
              AND c.zoho_id = e.zoho_id AND c.finished_at IS NULL)
   LIMIT :most FOR UPDATE SKIP LOCKED),
gone AS (
  UPDATE events SET body = '', redacted_at = now() FROM old WHERE events.id = old.id
  RETURNING events.id)
SELECT count(*)::int FROM gone;

-- name: redact_commands(connection_id, days, most)$
-- What Xero was asked to hold; number and total stay in `expected`. What was last written of a contact
-- stays whole, as the contact itself does: a customer and a vendor of one name need each other's.
WITH old AS (
  SELECT c.id FROM commands c
   WHERE c.connection_id = :connection_id AND c.redacted_at IS NULL AND c.finished_at IS NOT NULL
     AND c.finished_at < now() - make_interval(days => :days)
     AND (c.kind <> 'contact.put' OR c.state <> 'done' OR EXISTS (
           SELECT FROM commands newer
            WHERE newer.connection_id = c.connection_id AND newer.entity = c.entity
              AND newer.zoho_id = c.zoho_id AND newer.id > c.id
              AND newer.kind = 'contact.put' AND newer.state = 'done'))
   LIMIT :most FOR UPDATE SKIP LOCKED),
gone AS (
  UPDATE commands SET body = '{}', redacted_at = now() FROM old WHERE commands.id = old.id
  RETURNING commands.id)
SELECT count(*)::int FROM gone;

-- name: redact_attempts(connection_id, days, most)$
-- Requests byte for byte and Xero's words; body_hash, status and outcome stay.
WITH old AS (
  SELECT id FROM attempts
   WHERE connection_id = :connection_id AND redacted_at IS NULL AND ended_at IS NOT NULL
     AND ended_at < now() - make_interval(days => :days)
   LIMIT :most FOR UPDATE SKIP LOCKED),
words AS (
  UPDATE attempt_members m SET message = NULL FROM old WHERE m.attempt_id = old.id),
gone AS (
  UPDATE attempts SET body = '', message = NULL, redacted_at = now() FROM old
   WHERE attempts.id = old.id RETURNING attempts.id)
SELECT count(*)::int FROM gone;

-- name: redact_former(connection_id, days, most)$
-- How contacts in Xero were before they changed: it counts while the change is on its way to Zoho.
WITH old AS (
  SELECT connection_id, entity, zoho_id FROM documents
   WHERE connection_id = :connection_id AND entity = 'xero_contact'
     AND jsonb_array_length(snapshot -> 'former') > 0
     AND updated_at < now() - make_interval(days => :days)
   LIMIT :most FOR UPDATE SKIP LOCKED),
gone AS (
  UPDATE documents d SET snapshot = d.snapshot || '{"former": []}'
    FROM old
   WHERE d.connection_id = old.connection_id AND d.entity = old.entity AND d.zoho_id = old.zoho_id
  RETURNING d.zoho_id)
SELECT count(*)::int FROM gone;
