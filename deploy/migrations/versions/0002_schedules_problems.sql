-- What runs by the clock, once for all processes, and what a person must mend.
SET LOCAL lock_timeout = '5s';

CREATE TABLE schedules (
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  job            text NOT NULL,                     -- 'zoho_sweep', 'drift', 'asset_push' …
  started_at     timestamptz NOT NULL DEFAULT now(),
  busy_until     timestamptz NOT NULL,              -- nobody else may start it before
  ended_at       timestamptz,                       -- of the last run that went well
  day            date,                              -- the last local day that is done
  problem        text,                              -- why the last run failed
  PRIMARY KEY (connection_id, job)
);

-- One row for each thing that is wrong with a connection as a whole; the row goes when it is mended.
CREATE TABLE problems (
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  code           text NOT NULL,                     -- one word: 'xero_grant', 'base_currency' …
  what           text NOT NULL,
  remedy         text NOT NULL,
  opened_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (connection_id, code)
);
