-- Who may come in over HTTP. Nothing here can be used by whoever reads it: passwords are argon2id, all else SHA-256.
SET LOCAL lock_timeout = '5s';

CREATE TABLE users (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name           text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._@+-]{0,99}$'),
  role           text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  password       text NOT NULL,                     -- argon2id, with its own parameters and salt
  created_at     timestamptz NOT NULL DEFAULT now(),
  password_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sessions (
  digest         bytea PRIMARY KEY,                 -- of the random id in the cookie
  user_id        bigint NOT NULL REFERENCES users ON DELETE CASCADE,
  opened_at      timestamptz NOT NULL DEFAULT now(),
  seen_at        timestamptz NOT NULL DEFAULT now() -- of the last request that a person made
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE tokens (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name           text NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
  role           text NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
  digest         bytea NOT NULL UNIQUE,
  created_by     text NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  revoked_at     timestamptz
);
CREATE UNIQUE INDEX tokens_by_name ON tokens (name) WHERE revoked_at IS NULL;

-- One-time permissions to make the first account; void as soon as there is one.
CREATE TABLE setup_links (
  digest         bytea PRIMARY KEY,
  created_at     timestamptz NOT NULL DEFAULT now()
);

-- Tries to sign in, by account and by address; keys are digests, since people type passwords as names.
CREATE TABLE sign_in_tries (
  key            text PRIMARY KEY,
  tries          integer NOT NULL DEFAULT 1,
  last_at        timestamptz NOT NULL DEFAULT now(),
  open_at        timestamptz NOT NULL DEFAULT now() -- the next try is heard from here on
);
CREATE INDEX sign_in_tries_old ON sign_in_tries (last_at);
