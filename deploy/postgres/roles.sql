-- Two roles: bridge_owner makes the schema (`bridge migrate`), bridge_app works in it. Run it as a
-- superuser in the bridge's database, once before the first `bridge migrate` and once after it;
-- running it again changes nothing. Give both a password, or another way to be known:
--
--   psql --dbname bridge --file deploy/postgres/roles.sql
--   bridge migrate                                    # with the owner's DATABASE_URL
--   psql --dbname bridge --file deploy/postgres/roles.sql
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['bridge_owner', 'bridge_app'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', name);
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), name);
  END LOOP;
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
END
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO bridge_owner;
GRANT USAGE ON SCHEMA public TO bridge_app;
ALTER ROLE bridge_owner SET search_path = public;
ALTER ROLE bridge_app SET search_path = public;

-- What later migrations make is the app's to use as well.
ALTER DEFAULT PRIVILEGES FOR ROLE bridge_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO bridge_app;

-- The audit trail is only ever added to; a request to Xero, once committed, is never made undone.
DO $$
BEGIN
  IF to_regclass('public.attempts') IS NULL THEN
    RAISE NOTICE 'Now run `bridge migrate`, and then this file again.';
    RETURN;
  END IF;
  REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM bridge_app;
  REVOKE DELETE, TRUNCATE ON attempts, attempt_members FROM bridge_app;
  REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON alembic_version FROM bridge_app;
  GRANT EXECUTE ON FUNCTION forget_attempts(bigint, integer) TO bridge_app;
END
$$;
