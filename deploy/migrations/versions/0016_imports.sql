-- What was taken over from Xero into Zoho (C3): each run, what became of each thing, and the accounts' map.
SET LOCAL lock_timeout = '5s';

-- Zoho account id -> Xero account, code or id; beside the choices of people, which go before it (C8).
ALTER TABLE connections ADD COLUMN imported_accounts jsonb NOT NULL DEFAULT '{}';

CREATE TABLE imports (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  actor          text NOT NULL,                     -- who asked for it; 'bridge' for the first one
  state          text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'done', 'failed')),
  step           text NOT NULL DEFAULT '',          -- what it is at: accounts, contacts
  problem        text,                              -- why it failed, or what it could not do
  asked_at       timestamptz NOT NULL DEFAULT now(),
  ended_at       timestamptz
);
CREATE INDEX imports_by_connection ON imports (connection_id, id);
CREATE UNIQUE INDEX imports_open ON imports (connection_id) WHERE state IN ('waiting', 'running');

CREATE TABLE import_items (
  import_id      bigint NOT NULL REFERENCES imports ON DELETE CASCADE,
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  kind           text NOT NULL CHECK (kind IN ('account', 'customer', 'vendor')),
  xero_id        text NOT NULL,
  name           text NOT NULL,
  outcome        text CHECK (outcome IN ('created', 'matched', 'refused')),  -- null: its command tells
  reason         text,
  PRIMARY KEY (import_id, kind, xero_id)
);
