-- name: record(tenants, contacts, triggers, times, fingerprints, bodies, request_id)
-- Each change is an event of every connection of its organisation; one that is there already is the
-- same delivery again. `known` says whether there is such a connection at all.
WITH told AS (
  SELECT t.tenant, t.contact, t.trigger, t.at, t.fingerprint, t.body, t.place
    FROM unnest((:tenants)::text[], (:contacts)::text[], (:triggers)::text[],
                (:times)::timestamptz[], (:fingerprints)::bytea[], (:bodies)::bytea[])
         WITH ORDINALITY AS t (tenant, contact, trigger, at, fingerprint, body, place)),
of_ours AS (
  SELECT told.*, c.id AS connection_id, c.name, c.enabled
    FROM told
    JOIN connections c ON c.deleted_at IS NULL AND told.tenant = lower(coalesce(
           (SELECT nullif(g.tenant_id, '') FROM grants g
             WHERE g.connection_id = c.id AND g.system = 'xero'),
           c.config -> 'xero' ->> 'tenant_id'))),
stored AS (
  INSERT INTO events (connection_id, entity, zoho_id, trigger, source, touches, modified_at,
                      fingerprint, content_type, body, request_id, state)
  SELECT connection_id, 'xero_contact', contact, trigger, 'xero',
         ARRAY['xero_contact:' || contact], at, fingerprint, 'application/json', body,
         :request_id, CASE WHEN enabled THEN 'undecided' ELSE 'held' END
    FROM of_ours ORDER BY place
  ON CONFLICT DO NOTHING
  RETURNING connection_id, fingerprint)
SELECT t.trigger, o.name, o.connection_id IS NOT NULL AS known, s.fingerprint IS NOT NULL AS new
  FROM told t
  LEFT JOIN of_ours o ON o.place = t.place
  LEFT JOIN stored s ON s.connection_id = o.connection_id AND s.fingerprint = t.fingerprint;

-- name: advance(subscription, first, last)$
-- Counts a subscription's events; gives how many were passed over between the last ones and these.
WITH before AS (
  SELECT last_sequence FROM xero_subscriptions WHERE subscription = :subscription FOR UPDATE),
now_known AS (
  INSERT INTO xero_subscriptions (subscription, last_sequence) VALUES (:subscription, :last)
  ON CONFLICT (subscription) DO UPDATE
     SET last_sequence = greatest(xero_subscriptions.last_sequence, excluded.last_sequence),
         updated_at = now())
SELECT coalesce(greatest((:first)::bigint - last_sequence - 1, 0), 0) FROM before;

-- name: read_anew()!
-- Events were missed: whose, nobody knows, so every connection's contacts are read at the next look.
UPDATE schedules SET day = NULL WHERE job = 'contacts';
