-- Consents given in a browser: who is on the way, and which organisations a consent covers.
SET LOCAL lock_timeout = '5s';

ALTER TABLE grants ADD COLUMN offered jsonb;        -- [{tenant_id, name}] that the consent covers

-- A person who was sent to consent and is not back yet. Used once, within ten minutes.
CREATE TABLE consents (
  state          bytea PRIMARY KEY,                 -- SHA-256 of the state that went with them
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  system         text NOT NULL CHECK (system IN ('xero', 'zoho')),
  browser        bytea NOT NULL,                    -- SHA-256 of the cookie that their browser got
  sealed         bytea NOT NULL,                    -- the PKCE verifier, encrypted
  actor          text NOT NULL,
  expires_at     timestamptz NOT NULL DEFAULT now() + interval '10 minutes'
);
CREATE INDEX consents_old ON consents (expires_at);
CREATE INDEX consents_by_connection ON consents (connection_id);
