-- The two-way rows are written to Zoho through the outbox too: which system a command and a request is for.
SET LOCAL lock_timeout = '5s';

ALTER TABLE commands ADD COLUMN system text NOT NULL DEFAULT 'xero';  -- 'xero' or 'zoho'
ALTER TABLE attempts ADD COLUMN system text NOT NULL DEFAULT 'xero';
