-- name: secrets()
-- Across connections, on purpose: every secret that is kept, with its place.
SELECT connection_id, name, sealed FROM secrets ORDER BY connection_id, name;

-- name: grants()
-- Across connections, on purpose: every pair of tokens that is kept, and the pair before.
SELECT connection_id, system, sealed, previous FROM grants
 WHERE sealed IS NOT NULL OR previous IS NOT NULL ORDER BY connection_id, system;

-- name: consents()
-- Across connections, on purpose: the verifiers of those who are on the way to consent.
SELECT state, connection_id, system, sealed FROM consents WHERE expires_at > now();

-- name: reseal_secret(connection_id, name, before, after)$
-- Only what still stands: a secret that was changed meanwhile is under the newest key already.
WITH done AS (
  UPDATE secrets SET sealed = :after
   WHERE connection_id = :connection_id AND name = :name AND sealed = :before RETURNING name)
SELECT count(*)::int FROM done;

-- name: reseal_token(connection_id, system, before, after)$
-- As above; the newest pair.
WITH done AS (
  UPDATE grants SET sealed = :after
   WHERE connection_id = :connection_id AND system = :system AND sealed = :before RETURNING system)
SELECT count(*)::int FROM done;

-- name: reseal_previous(connection_id, system, before, after)$
-- As above; the pair before.
WITH done AS (
  UPDATE grants SET previous = :after
   WHERE connection_id = :connection_id AND system = :system AND previous = :before
  RETURNING system)
SELECT count(*)::int FROM done;

-- name: reseal_consent(connection_id, state, before, after)$
-- As above; a verifier.
WITH done AS (
  UPDATE consents SET sealed = :after
   WHERE connection_id = :connection_id AND state = :state AND sealed = :before RETURNING state)
SELECT count(*)::int FROM done;
