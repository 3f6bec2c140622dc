-- name: lock_name(name)$
-- Two appliances of one name wait for each other, also when the connection is not there yet.
SELECT pg_advisory_xact_lock(hashtextextended('connection:' || :name, 0));

-- name: find(name)^
-- One connection by its name.
SELECT id, name, endpoint, organization_id, config, cutover, timezone, base_currency, enabled,
       problem, paused_until, created_at, updated_at, deleted_at
  FROM connections WHERE name = :name;

-- name: list_all()
-- Every connection, for people; those that were deleted keep their history, and are no more.
SELECT id, name, endpoint, organization_id, config, cutover, timezone, base_currency, enabled,
       problem, paused_until, created_at, updated_at, deleted_at
  FROM connections WHERE deleted_at IS NULL ORDER BY name;

-- name: create(name, endpoint, organization_id, config, cutover, timezone, base_currency, tax_rates)$
-- The first appliance; the endpoint stays for good.
INSERT INTO connections
       (name, endpoint, organization_id, config, cutover, timezone, base_currency, tax_rates)
VALUES (:name, :endpoint, :organization_id, :config, :cutover, :timezone, :base_currency, :tax_rates)
RETURNING id;

-- name: keep_rates(connection_id, rates)$
-- What Xero's tax types come to; gives the connection's id when that is news.
UPDATE connections SET tax_rates = :rates
 WHERE id = :connection_id AND tax_rates IS DISTINCT FROM (:rates)::jsonb
RETURNING id;

-- name: update(connection_id, config, cutover, timezone, base_currency)!
-- A later appliance; a problem that it may have mended is forgotten, and found again if it stands.
UPDATE connections
   SET config = :config, cutover = :cutover, timezone = :timezone,
       base_currency = :base_currency, problem = NULL, updated_at = now()
 WHERE id = :connection_id;

-- name: read_secrets(connection_id)
-- A connection's secrets as they are stored, encrypted; one that is about to end is none of its file's.
SELECT name, sealed FROM secrets WHERE connection_id = :connection_id AND expires_at IS NULL;

-- name: store_secret(connection_id, name, sealed)!
-- A new secret, or a new value of one.
INSERT INTO secrets (connection_id, name, sealed) VALUES (:connection_id, :name, :sealed)
ON CONFLICT (connection_id, name) DO UPDATE SET sealed = excluded.sealed;

-- name: store_ending(connection_id, name, sealed, hours)!
-- A secret that was replaced, for those who still use it.
INSERT INTO secrets (connection_id, name, sealed, expires_at)
VALUES (:connection_id, :name, :sealed, now() + make_interval(hours => :hours))
ON CONFLICT (connection_id, name)
DO UPDATE SET sealed = excluded.sealed, expires_at = excluded.expires_at;

-- name: ends_at(connection_id, name)$
-- Until when a secret that was replaced is accepted.
SELECT expires_at FROM secrets
 WHERE connection_id = :connection_id AND name = :name AND expires_at > now();

-- name: drop_secrets(connection_id, names)!
-- Secrets that the file no longer has.
DELETE FROM secrets WHERE connection_id = :connection_id AND name = ANY(:names);

-- name: drop_grant(connection_id, system)!
-- Other credentials: the access token of the ones before must not serve any more.
UPDATE grants SET sealed = NULL, previous = NULL, expires_at = NULL, problem = NULL
 WHERE connection_id = :connection_id AND system = :system;

-- name: known_tenant(connection_id)$
-- The Xero organisation that the connection has spoken to.
SELECT tenant_id FROM grants WHERE connection_id = :connection_id AND system = 'xero';

-- name: import_again(connection_id, actor)$
-- A switch of the import was turned on. A connection's first import comes by itself, one that waits will do
-- it, and one that runs asks again at its end: null then, and it can't end before this is committed.
INSERT INTO imports (connection_id, actor)
SELECT :connection_id, :actor
 WHERE EXISTS (SELECT FROM imports WHERE connection_id = :connection_id)
ON CONFLICT (connection_id) WHERE state IN ('waiting', 'running')
DO UPDATE SET actor = imports.actor WHERE false
RETURNING id;

-- name: set_enabled(connection_id, enabled)!
-- C9.
UPDATE connections SET enabled = :enabled, updated_at = now() WHERE id = :connection_id;

-- name: release_held(connection_id)$
-- The events that waited while the connection was disabled are decided now, in their order.
WITH released AS (
  UPDATE events SET state = 'undecided', published_at = NULL, reason = NULL
   WHERE connection_id = :connection_id AND state = 'held' RETURNING id)
SELECT count(*)::int FROM released;

-- name: notify(channel, connection_id)$
-- A hint for the processes that run.
SELECT pg_notify(:channel, (:connection_id)::bigint::text);
