-- A job can be asked for out of its turn; who asked sees how far it is.
SET LOCAL lock_timeout = '5s';

ALTER TABLE schedules
  ADD COLUMN asked_at timestamptz,                  -- since when somebody waits for a run; null: nobody does
  ADD COLUMN asked_by text,                         -- who: 'user:anna'
  ADD COLUMN progress text;                         -- how far the run is that lasts; null: none does
