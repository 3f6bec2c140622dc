-- What Xero adds to a line is its own rate of the tax type, whatever Zoho's tax came to.
SET LOCAL lock_timeout = '5s';

ALTER TABLE connections ADD COLUMN tax_rates jsonb NOT NULL DEFAULT '{}';  -- TaxType -> per cent, as last read
