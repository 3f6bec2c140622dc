-- What Xero's headers told of an organisation's limits: for the next holder of the lease, and for people.
SET LOCAL lock_timeout = '5s';

CREATE TABLE xero_budgets (
  connection_id   bigint PRIMARY KEY REFERENCES connections ON DELETE CASCADE,
  told_at         timestamptz NOT NULL DEFAULT now(), -- when all of this was so
  minute_limit    integer NOT NULL,                  -- calls a minute that we allow ourselves
  minute_calls    integer NOT NULL,                  -- made in the minute before told_at
  day_left        integer,                           -- what Xero said is left of the day; null before its first answer
  day_most        integer,                           -- the most that it said since the day turned: no plan is assumed
  day_known_until timestamptz,                       -- the day may have turned after this
  throttled_until timestamptz,                       -- Xero told us to wait
  throttled_by    text                               -- which limit: minute, day …
);
