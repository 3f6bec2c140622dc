-- What is to be read from Zoho, and how far its lists are swept.
SET LOCAL lock_timeout = '5s';

-- Documents that a decision would have read, had Zoho answered: the sweep does it.
CREATE TABLE unread (
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  entity         text NOT NULL,
  zoho_id        text NOT NULL,
  why            text NOT NULL,
  since          timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (connection_id, entity, zoho_id)
);

-- One row a module of a connection: how far its list was swept, and what webhooks did not tell.
CREATE TABLE sweeps (
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  module         text NOT NULL,                     -- an entity
  watermark      timestamptz,                       -- Zoho's newest stamp that was seen
  swept_at       timestamptz,
  compared_at    timestamptz,                       -- when all ids were compared last
  calls          integer NOT NULL DEFAULT 0,        -- that the last sweep made
  missed         bigint NOT NULL DEFAULT 0,         -- changes that no webhook told, ever
  missed_at      timestamptz,
  PRIMARY KEY (connection_id, module)
);
CREATE INDEX events_from_sweep ON events (connection_id, entity, id) WHERE source = 'sweep';
