-- name: lock_grant(connection_id)!
-- One process at a time renews a grant; the lock goes with the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('grant:xero:' || (:connection_id)::bigint::text, 0));

-- name: read_grant(connection_id)^
-- The shared tokens: whether the access token lives long enough to be used, and whether the pair
-- before it may still be used. Xero takes the refresh token before for 30 minutes (Xero: OAuth).
SELECT generation, sealed, tenant_id, problem,
       coalesce(expires_at > now() + interval '60 seconds', false) AS fresh,
       CASE WHEN updated_at > now() - interval '30 minutes' THEN previous END AS previous
  FROM grants
 WHERE connection_id = :connection_id AND system = 'xero';

-- name: store_token(connection_id, sealed, tenant_id, lifetime)$
-- Stored before its first use; the generation tells keys used under the token before apart.
INSERT INTO grants (connection_id, system, generation, sealed, tenant_id, expires_at)
VALUES (:connection_id, 'xero', 1, :sealed, :tenant_id, now() + make_interval(secs => :lifetime))
ON CONFLICT (connection_id, system) DO UPDATE
   SET generation = grants.generation + 1, previous = grants.sealed, sealed = excluded.sealed,
       tenant_id = excluded.tenant_id, expires_at = excluded.expires_at, problem = NULL,
       updated_at = now()
RETURNING generation;

-- name: store_consent(connection_id, sealed, tenant_id, offered, lifetime)!
-- A person has consented anew: the pair before is none of this consent's.
INSERT INTO grants (connection_id, system, generation, sealed, tenant_id, offered, expires_at)
VALUES (:connection_id, 'xero', 1, :sealed, :tenant_id, :offered,
        now() + make_interval(secs => :lifetime))
ON CONFLICT (connection_id, system) DO UPDATE
   SET generation = grants.generation + 1, previous = NULL, sealed = excluded.sealed,
       tenant_id = excluded.tenant_id, offered = excluded.offered,
       expires_at = excluded.expires_at, problem = NULL, updated_at = now();

-- name: choose_tenant(connection_id, tenant_id)!
-- One of several organisations that the consent covers.
UPDATE grants SET tenant_id = :tenant_id WHERE connection_id = :connection_id AND system = 'xero';

-- name: end_grant(connection_id, generation, problem)!
-- Xero takes it no more: nobody tries again until a person consents anew.
UPDATE grants SET problem = :problem
 WHERE connection_id = :connection_id AND system = 'xero' AND generation = :generation;

-- name: read_secret(connection_id, name)$
-- A secret as it is stored, encrypted.
SELECT sealed FROM secrets WHERE connection_id = :connection_id AND name = :name;

-- name: read_settings(connection_id)^
-- The Xero part of the connection file, and the connection's name for people.
SELECT name, config -> 'xero' AS xero FROM connections WHERE id = :connection_id;
