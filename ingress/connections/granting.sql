-- name: grant_of(connection_id)^
-- The organisation that a connection works with, and those that its consent covers. It is bound to it as
-- soon as something of it is known in Xero: what was exported is known by its ids.
SELECT g.tenant_id, g.offered, g.sealed IS NOT NULL AS granted, g.problem, g.updated_at,
       EXISTS (SELECT FROM links l WHERE l.connection_id = :connection_id) AS bound
  FROM grants g WHERE g.connection_id = :connection_id AND g.system = 'xero';

-- name: unpause(connection_id)!
-- Whatever the grant before kept from going may go.
UPDATE connections SET problem = NULL, paused_until = NULL WHERE id = :connection_id;

-- name: keep_organisation(connection_id, timezone, base_currency)!
-- What the organisation says of itself; what it does not say stays.
UPDATE connections
   SET timezone = coalesce(:timezone, timezone),
       base_currency = coalesce(nullif(:base_currency, ''), base_currency)
 WHERE id = :connection_id;

-- name: notify(channel, connection_id)$
-- A hint for the processes that run.
SELECT pg_notify(:channel, (:connection_id)::bigint::text);

-- name: stop_sending(connection_id, stops, unknown)!
-- While a prerequisite fails that every document needs, nothing is sent (C2). What could not be checked
-- leaves it as it was.
UPDATE connections
   SET blocked = :stops OR (blocked AND :unknown AND EXISTS (
         SELECT FROM problems p WHERE p.connection_id = :connection_id AND p.code = 'base_currency'))
 WHERE id = :connection_id;

-- name: granted(name, system)^
-- A connection that can be asked already, to hold a changed file against its organisations.
SELECT c.id, c.name, c.organization_id
  FROM connections c
 WHERE c.name = :name AND c.deleted_at IS NULL
   AND CASE :system WHEN 'zoho'
       THEN EXISTS (SELECT FROM secrets s
                     WHERE s.connection_id = c.id AND s.name = 'zoho.refresh_token')
       ELSE EXISTS (SELECT FROM grants g WHERE g.connection_id = c.id AND g.system = 'xero'
                       AND g.sealed IS NOT NULL AND g.tenant_id IS NOT NULL) END;

-- name: keep_centre(connection_id, data_centre)!
-- Where Zoho said that the company's data live.
UPDATE connections
   SET config = jsonb_set(config, '{zoho,data_centre}', to_jsonb((:data_centre)::text))
 WHERE id = :connection_id;

-- name: sharing(name, tenant_id, organization_id)
-- Other connections that live on the same organisation of Xero's or Zoho's. Without `tenant_id` the one
-- counts that the connection's own grant is for.
SELECT c.name, coalesce(g.tenant_id = own.tenant_id, false) AS in_xero
  FROM (SELECT coalesce(nullif(:tenant_id, ''), (
                 SELECT o.tenant_id FROM grants o JOIN connections k ON k.id = o.connection_id
                  WHERE k.name = :name AND o.system = 'xero')) AS tenant_id) AS own
  JOIN connections c ON c.deleted_at IS NULL AND c.name <> :name
  LEFT JOIN grants g ON g.connection_id = c.id AND g.system = 'xero'
 WHERE g.tenant_id = own.tenant_id OR c.organization_id = :organization_id
 ORDER BY c.name;
