-- The first schema: connections, the journal of events, decisions, and the outbox.
-- Every table carries the connection; every time is timestamptz on the database's clock.
SET LOCAL lock_timeout = '5s';

CREATE TABLE connections (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name           text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
  endpoint       text NOT NULL UNIQUE,              -- the random part of the webhook addresses
  organization_id text NOT NULL,                    -- the Zoho organisation
  config         jsonb NOT NULL,                    -- the connection file without its secrets
  cutover        date NOT NULL,                     -- C12
  timezone       text NOT NULL DEFAULT 'UTC',       -- the organisation's zone, read from Xero
  base_currency  text,
  enabled        boolean NOT NULL DEFAULT true,     -- C9
  problem        text,                              -- why nothing can be sent now (a revoked grant …)
  paused_until   timestamptz,                       -- a limit of Xero's that is used up
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE secrets (
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  name           text NOT NULL,                     -- 'zoho.webhook_secret', 'xero.client_secret' …
  sealed         bytea NOT NULL,                    -- encrypted under BRIDGE_SECRET_KEY
  PRIMARY KEY (connection_id, name)
);

-- One access token per grant, shared by all processes; the generation ends the validity of idempotency keys.
CREATE TABLE grants (
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  system         text NOT NULL CHECK (system IN ('xero', 'zoho')),
  generation     bigint NOT NULL DEFAULT 0,
  sealed         bytea,                             -- access and refresh token, encrypted
  previous       bytea,                             -- the pair before, for its minutes of grace
  tenant_id      text,
  expires_at     timestamptz,
  problem        text,
  updated_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (connection_id, system)
);

CREATE TABLE events (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  entity         text NOT NULL,
  zoho_id        text NOT NULL,
  trigger        text NOT NULL CHECK (trigger IN ('created', 'edited', 'deleted')),
  source         text NOT NULL DEFAULT 'webhook',
  touches        text[] NOT NULL,                   -- 'invoice:460…': every document that the payload names as changed
  modified_at    timestamptz,                       -- Zoho's own version stamp, where the payload has one
  fingerprint    bytea NOT NULL,                    -- of the content: the same delivery twice is one event
  salt           bigint NOT NULL DEFAULT 0,         -- tells A, B, A again from A repeated where no version is stamped
  content_type   text NOT NULL,
  body           bytea NOT NULL,                    -- exactly as received
  request_id     text NOT NULL,
  received_at    timestamptz NOT NULL DEFAULT now(),
  published_at   timestamptz,
  state          text NOT NULL DEFAULT 'undecided'
                 CHECK (state IN ('undecided', 'decided', 'superseded', 'held', 'parked')),
  reason         text,
  failures       integer NOT NULL DEFAULT 0,        -- how often deciding it broke
  decided_at     timestamptz,
  UNIQUE (connection_id, entity, zoho_id, trigger, fingerprint, salt)
);
-- Compressing each body would cost accepting more than all the rest of its row.
ALTER TABLE events ALTER body SET STORAGE EXTERNAL;
CREATE INDEX events_by_document ON events (connection_id, entity, zoho_id, id);
CREATE INDEX events_open_by_touch ON events USING gin (touches) WHERE state IN ('undecided', 'parked');
CREATE INDEX events_undecided ON events (id) WHERE state = 'undecided';
CREATE INDEX events_held ON events (connection_id, id) WHERE state = 'held';

-- One row a Zoho document: its lock, its last snapshot, and what Xero was last told because of it.
CREATE TABLE documents (
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  entity         text NOT NULL,
  zoho_id        text NOT NULL,
  number         text,
  day            date,                              -- the document's own date
  snapshot       jsonb,                             -- the newest version that was decided
  told           jsonb NOT NULL DEFAULT '{}',       -- link key -> content of what Xero was last asked to hold
  modified_at    timestamptz,
  deleted        boolean NOT NULL DEFAULT false,
  used           boolean NOT NULL DEFAULT false,    -- contacts: a transaction that is exported uses it (A1)
  last_position  bigint NOT NULL DEFAULT 0,         -- tickets given so far
  last_event_id  bigint,
  updated_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (connection_id, entity, zoho_id)
);

CREATE TABLE decisions (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  event_id       bigint NOT NULL REFERENCES events ON DELETE CASCADE,
  entity         text NOT NULL,
  zoho_id        text NOT NULL,
  action         text NOT NULL,                     -- the row of the rule table: A2, A3 …
  key            text,                              -- what in Xero it is about: 'invoice:460…'
  outcome        text NOT NULL CHECK (outcome IN ('applied', 'withheld', 'superseded')),
  code           text,                              -- the reason as a word, for metrics and grouping
  reason         text,                              -- the reason as people read it
  decided_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX decisions_by_document ON decisions (connection_id, entity, zoho_id, id);
CREATE INDEX decisions_by_event ON decisions (event_id);

CREATE TABLE commands (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  event_id       bigint NOT NULL,
  entity         text NOT NULL,                     -- the document whose decision asked for it
  zoho_id        text NOT NULL,
  action         text NOT NULL,
  kind           text NOT NULL,                     -- 'invoice.put', 'payment.delete' …
  key            text NOT NULL,                     -- the link that it makes, changes or ends
  body           jsonb,                             -- Xero's body with {"$link": key} for ids; null while it cannot be built
  expected       jsonb NOT NULL DEFAULT '{}',       -- what the answer must show: total, currency, number
  lane           smallint NOT NULL DEFAULT 0,       -- 0 live, 1 repair, 2 backfill
  state          text NOT NULL DEFAULT 'pending'
                 CHECK (state IN ('pending', 'sending', 'ambiguous', 'done', 'parked', 'superseded', 'skipped')),
  cause          text,                              -- what parked it, for grouping: 'tax:460…', 'xero:lock_date'
  reason         text,                              -- the same as people read it
  failures       integer NOT NULL DEFAULT 0,
  not_before     timestamptz NOT NULL DEFAULT now(),
  looked_at      timestamptz,                       -- when Xero was searched before the first create
  request_id     text NOT NULL DEFAULT '',
  xero_id        text,
  created_at     timestamptz NOT NULL DEFAULT now(),
  finished_at    timestamptz,
  CHECK (body IS NOT NULL OR state IN ('parked', 'superseded', 'skipped'))
);
CREATE INDEX commands_open ON commands (connection_id, lane, id) WHERE state IN ('pending', 'sending', 'ambiguous');
CREATE INDEX commands_parked ON commands (connection_id, cause, id) WHERE state = 'parked';
CREATE INDEX commands_unfinished_by_key ON commands (connection_id, key)
  WHERE state IN ('pending', 'sending', 'ambiguous', 'parked');
CREATE INDEX commands_by_document ON commands (connection_id, entity, zoho_id, id);

-- A place in the queue of every document that the command changes. Positions are given under the document's lock.
CREATE TABLE tickets (
  command_id     bigint NOT NULL REFERENCES commands ON DELETE CASCADE,
  connection_id  bigint NOT NULL,
  document       text NOT NULL,                     -- 'invoice:460…'
  position       bigint NOT NULL,
  open           boolean NOT NULL DEFAULT true,     -- its command is unfinished
  PRIMARY KEY (command_id, document)
);
CREATE INDEX tickets_open ON tickets (connection_id, document, position) WHERE open;

-- What must exist in Xero before the command may go.
CREATE TABLE needs (
  command_id     bigint NOT NULL REFERENCES commands ON DELETE CASCADE,
  connection_id  bigint NOT NULL,
  key            text NOT NULL,
  PRIMARY KEY (command_id, key)
);
CREATE INDEX needs_by_key ON needs (connection_id, key);

CREATE TABLE links (
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  key            text NOT NULL,                     -- 'invoice:460…', 'payment:460…'
  xero_id        text NOT NULL,
  number         text,
  linked_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (connection_id, key)
);
CREATE INDEX links_by_xero_id ON links (connection_id, xero_id);

-- Every request that may change Xero, committed before its first byte leaves.
CREATE TABLE attempts (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  idempotency_key text NOT NULL,
  method         text NOT NULL,
  path           text NOT NULL,                     -- with its query
  body           bytea NOT NULL,                    -- exact bytes; sent again unchanged
  body_hash      bytea NOT NULL,
  generation     bigint NOT NULL,                   -- of the token that it was first sent under
  fence          bigint NOT NULL,                   -- of the lease that it was first sent under
  sends          integer NOT NULL DEFAULT 1,
  repeatable     boolean NOT NULL DEFAULT true,     -- false once Xero may keep an error under the key
  looked_at      timestamptz,
  absent_reads   smallint NOT NULL DEFAULT 0,       -- look-ups after the quiet time that found nothing
  first_sent_at  timestamptz NOT NULL DEFAULT now(),
  last_sent_at   timestamptz NOT NULL DEFAULT now(),
  outcome        text NOT NULL DEFAULT 'unknown'
                 CHECK (outcome IN ('unknown', 'applied', 'refused', 'not_sent', 'ambiguous', 'absent')),
  status         integer,
  message        text,
  ended_at       timestamptz,
  UNIQUE (connection_id, idempotency_key)
);
CREATE INDEX attempts_recent ON attempts (connection_id, last_sent_at);
CREATE INDEX attempts_open ON attempts (connection_id, id) WHERE outcome IN ('unknown', 'ambiguous');

CREATE TABLE attempt_members (
  attempt_id     bigint NOT NULL REFERENCES attempts ON DELETE CASCADE,
  command_id     bigint NOT NULL REFERENCES commands ON DELETE CASCADE,
  place          smallint NOT NULL,                 -- in the request's array
  outcome        text NOT NULL DEFAULT 'unknown'
                 CHECK (outcome IN ('unknown', 'applied', 'refused', 'not_sent', 'ambiguous', 'absent')),
  message        text,
  PRIMARY KEY (attempt_id, command_id)
);
CREATE INDEX attempt_members_by_command ON attempt_members (command_id);

-- One outbox process speaks to one Xero organisation. The database's clock decides.
CREATE TABLE leases (
  connection_id  bigint PRIMARY KEY REFERENCES connections ON DELETE CASCADE,
  holder         text NOT NULL,
  fence          bigint NOT NULL DEFAULT 1,
  expires_at     timestamptz NOT NULL
);

-- Who changed what. Rows are only ever added.
CREATE TABLE audit (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  connection_id  bigint,                            -- kept when the connection goes
  actor          text NOT NULL,
  action         text NOT NULL,
  detail         jsonb NOT NULL DEFAULT '{}',
  at             timestamptz NOT NULL DEFAULT now()
);

-- The one word for where a document stands, as people see it. Derived, never stored: its newest decisions
-- count, those that were superseded are passed over. Null for a document that nothing is known about.
CREATE FUNCTION document_state(connection_id bigint, entity text, zoho_id text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  WITH event AS (
    SELECT DISTINCT e.state FROM events e
     WHERE e.connection_id = $1 AND e.entity = $2 AND e.zoho_id = $3),
  command AS (
    SELECT DISTINCT c.state FROM commands c
     WHERE c.connection_id = $1 AND c.entity = $2 AND c.zoho_id = $3),
  newest AS (
    SELECT d.outcome, d.code IN ('never_exported', 'not_served') AS nothing_to_do
      FROM decisions d
     WHERE d.connection_id = $1 AND d.entity = $2 AND d.zoho_id = $3 AND d.outcome <> 'superseded'
       AND d.event_id = (SELECT max(n.event_id) FROM decisions n
                          WHERE n.connection_id = $1 AND n.entity = $2 AND n.zoho_id = $3
                            AND n.outcome <> 'superseded'))
  SELECT CASE
    WHEN EXISTS (SELECT FROM event WHERE state = 'held') THEN 'held'
    WHEN EXISTS (SELECT FROM event WHERE state = 'parked')
      OR EXISTS (SELECT FROM command WHERE state = 'parked') THEN 'parked'
    WHEN EXISTS (SELECT FROM event WHERE state = 'undecided')
      OR EXISTS (SELECT FROM command WHERE state IN ('pending', 'sending', 'ambiguous')) THEN 'waiting'
    WHEN EXISTS (SELECT FROM newest WHERE outcome = 'withheld' AND nothing_to_do IS NOT TRUE) THEN 'withheld'
    WHEN EXISTS (SELECT FROM newest WHERE outcome = 'applied') THEN 'synced'
    WHEN EXISTS (SELECT FROM newest) OR EXISTS (SELECT FROM event) THEN 'ignored'
  END
$$;
