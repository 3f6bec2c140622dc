-- Reading Xero beside the outbox, and what a comparison of both sides found.
SET LOCAL lock_timeout = '5s';

-- Reads of the last minute by others than the outbox, who share its limits.
CREATE TABLE xero_reads (
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  at             timestamptz NOT NULL,
  minute_left    integer                            -- calls that Xero said are left in its minute
);
CREATE INDEX xero_reads_recent ON xero_reads (connection_id, at);

-- The newest comparison of each connection, and the documents that it found different.
CREATE TABLE comparisons (
  connection_id  bigint PRIMARY KEY REFERENCES connections ON DELETE CASCADE,
  compared_at    timestamptz NOT NULL DEFAULT now(),
  documents      integer NOT NULL,                  -- how many were set against each other
  xero_calls     integer NOT NULL,
  zoho_calls     integer NOT NULL,
  notes          text[] NOT NULL                    -- what could not be read, and what served instead
);

CREATE TABLE drift (
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  place          integer NOT NULL,                  -- in the order in which it was found
  entity         text NOT NULL,
  zoho_id        text NOT NULL,                     -- '' for what Zoho knows nothing of
  kind           text NOT NULL CHECK (kind IN ('missing', 'extra', 'different')),
  difference     jsonb NOT NULL,                    -- the row as it is shown
  PRIMARY KEY (connection_id, place)
);
