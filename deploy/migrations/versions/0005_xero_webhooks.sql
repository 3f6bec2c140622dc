-- Xero's webhooks count their events for each subscription: a step that is too large shows a gap.
SET LOCAL lock_timeout = '5s';

CREATE TABLE xero_subscriptions (
  subscription   text PRIMARY KEY,                  -- a digest of the key that signs it
  last_sequence  bigint NOT NULL,
  updated_at     timestamptz NOT NULL DEFAULT now()
);
