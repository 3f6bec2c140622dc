-- The outbox processes that live, by their own word: a share of the connections for each.
SET LOCAL lock_timeout = '5s';

CREATE TABLE speakers (
  holder         text PRIMARY KEY,                  -- as in leases
  seen_at        timestamptz NOT NULL DEFAULT now()
);
