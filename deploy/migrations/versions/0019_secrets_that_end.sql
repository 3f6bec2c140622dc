-- A secret may end: the webhook secret before this one, until Zoho signs with the new one everywhere.
SET LOCAL lock_timeout = '5s';

ALTER TABLE secrets ADD COLUMN expires_at timestamptz;  -- none: it holds until the file changes it
