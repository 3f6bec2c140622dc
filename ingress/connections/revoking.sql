-- name: xero_grant(connection_id)^
-- What the connection was granted at Xero.
SELECT sealed FROM grants
 WHERE connection_id = :connection_id AND system = 'xero' AND sealed IS NOT NULL;

-- name: other_grants(connection_id)
-- Across connections, on purpose: what another one lives on must not be taken back.
SELECT c.id, g.tenant_id, g.sealed, c.config -> 'xero' ->> 'client_id' AS client_id
  FROM grants g JOIN connections c ON c.id = g.connection_id
 WHERE g.system = 'xero' AND g.sealed IS NOT NULL AND g.problem IS NULL
   AND c.id <> :connection_id;

-- name: refresh_tokens()
-- Across connections, on purpose: one Zoho token may serve several organisations of its user.
SELECT connection_id, sealed FROM secrets WHERE name = 'zoho.refresh_token';
