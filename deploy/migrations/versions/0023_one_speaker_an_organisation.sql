-- Connections may share a Xero organisation, and so its limits: one process speaks for all of them (rule 5).
SET LOCAL lock_timeout = '5s';

CREATE INDEX grants_by_tenant ON grants (tenant_id) WHERE system = 'xero';

-- The Xero organisation that a connection works with; the connection itself, while that is not known.
CREATE FUNCTION organisation(connection_id bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT coalesce((SELECT nullif(g.tenant_id, '') FROM grants g
                    WHERE g.connection_id = $1 AND g.system = 'xero'), $1::text)
$$;

-- The connections that work with the same organisation as this one, itself among them.
CREATE FUNCTION siblings(connection_id bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT $1 UNION
  SELECT g.connection_id FROM grants g WHERE g.system = 'xero' AND g.tenant_id = organisation($1)
$$;

-- Whom the holder speaks to under this lease; null where an earlier release took it, which did not ask.
ALTER TABLE leases ADD COLUMN organisation text;
-- Whose limits these are; null as above.
ALTER TABLE xero_budgets ADD COLUMN organisation text;
UPDATE xero_budgets SET organisation = organisation(connection_id);

-- What was told last of the limits of a connection's organisation, to whichever of its connections.
CREATE FUNCTION xero_budget(connection_id bigint) RETURNS SETOF xero_budgets
LANGUAGE sql STABLE AS $$
  SELECT * FROM xero_budgets b
   WHERE coalesce(b.organisation, organisation(b.connection_id)) = organisation($1)
   ORDER BY b.told_at DESC LIMIT 1
$$;
