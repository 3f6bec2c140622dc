-- name: lock_grant(connection_id)$
-- One process at a time asks for a token; the lock goes with the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('grant:zoho:' || (:connection_id)::bigint::text, 0));

-- name: read_grant(connection_id, window, renewals)^
-- The shared token, whether it lives long enough to be used, and the seconds until another may be asked for.
SELECT generation, sealed, problem,
       coalesce(expires_at > now() + interval '60 seconds', false) AS fresh,
       greatest(
         extract(epoch FROM not_before - clock_timestamp()),
         -- The oldest of the newest so many renewals must have left the window first.
         extract(epoch FROM (SELECT t FROM unnest(renewals) t ORDER BY t DESC
                              OFFSET (:renewals)::int - 1 LIMIT 1)
                 + make_interval(secs => :window) - clock_timestamp()),
         0)::float8 AS wait
  FROM grants
 WHERE connection_id = :connection_id AND system = 'zoho';

-- name: store_grant(connection_id, sealed, lifetime, wait, problem, window)$
-- What came of asking: a token, or why none is asked for in the next seconds.
INSERT INTO grants AS g (connection_id, system, generation, sealed, expires_at, not_before, problem, renewals)
VALUES (:connection_id, 'zoho', 1, :sealed, now() + make_interval(secs => :lifetime),
        clock_timestamp() + make_interval(secs => :wait), :problem, ARRAY[clock_timestamp()])
ON CONFLICT (connection_id, system) DO UPDATE
   SET generation = g.generation + 1, sealed = excluded.sealed, expires_at = excluded.expires_at,
       not_before = excluded.not_before, problem = excluded.problem,
       renewals = ARRAY(SELECT t FROM unnest(g.renewals) t
                         WHERE t > now() - make_interval(secs => :window)) || excluded.renewals,
       updated_at = now()
RETURNING generation;

-- name: read_secrets(connection_id)
-- The secrets that tokens are asked for with, encrypted.
SELECT name, sealed FROM secrets
 WHERE connection_id = :connection_id AND name IN ('zoho.client_secret', 'zoho.refresh_token');

-- name: read_settings(connection_id)^
-- The connection's name, and the Zoho part of its file.
SELECT name, config -> 'zoho' AS zoho FROM connections WHERE id = :connection_id;
