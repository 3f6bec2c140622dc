-- A prerequisite that fails opens one problem, instead of letting document after document be refused.
SET LOCAL lock_timeout = '5s';

ALTER TABLE connections
  ADD COLUMN blocked boolean NOT NULL DEFAULT false;  -- C2: nothing is sent until it is mended
