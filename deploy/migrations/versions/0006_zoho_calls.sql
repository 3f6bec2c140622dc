-- What all processes share when they ask Zoho: its limits are the organisation's, not a process's.
SET LOCAL lock_timeout = '5s';

-- Zoho gives ten access tokens in ten minutes, and what it refused it refuses again.
ALTER TABLE grants
  ADD COLUMN renewals   timestamptz[] NOT NULL DEFAULT '{}',   -- when tokens were asked for, of late
  ADD COLUMN not_before timestamptz;                           -- no token is asked for before

-- One row a connection, changed twice a call: some hundred times a minute at most.
CREATE TABLE zoho_calls (
  connection_id  bigint PRIMARY KEY REFERENCES connections ON DELETE CASCADE,
  sent           timestamptz[] NOT NULL DEFAULT '{}',          -- calls of the last minute
  under_way      timestamptz[] NOT NULL DEFAULT '{}',          -- each until when it is waited for
  not_before     timestamptz NOT NULL DEFAULT '-infinity',     -- Zoho asked us to wait
  day_limit      integer,                                      -- calls a day, by Zoho's headers
  day_left       integer,
  day_ends_at    timestamptz                                   -- midnight where the organisation is
) WITH (fillfactor = 50);
