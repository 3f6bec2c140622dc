-- A backlog that waits for a person must not be walked through at every claim: what was found waiting falls asleep, and
-- is looked at again once something before it has moved. Whether a command may go stays a property of the claim's query.
SET LOCAL lock_timeout = '5s';

ALTER TABLE commands ADD COLUMN asleep boolean NOT NULL DEFAULT false; -- found waiting: not looked at until woken

CREATE INDEX commands_awake ON commands (connection_id, lane, id) WHERE state = 'pending' AND NOT asleep;
CREATE INDEX commands_put_off ON commands (connection_id, not_before) WHERE state = 'pending' AND failures > 0;

-- What has moved since the speaker's last look. Written in the transaction that moved it, whoever made it, and read by the
-- one who puts to sleep: so what moved after a command was found waiting is always seen after it.
CREATE TABLE wakeups (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  connection_id  bigint NOT NULL REFERENCES connections ON DELETE CASCADE,
  documents      text[] NOT NULL DEFAULT '{}',      -- whose queues are shorter by a head
  keys           text[] NOT NULL DEFAULT '{}'       -- what Xero holds now
);
CREATE INDEX wakeups_by_connection ON wakeups (connection_id, id);

CREATE FUNCTION note_closed_tickets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO wakeups (connection_id, documents)
  SELECT a.connection_id, array_agg(a.document)
    FROM after a JOIN before b USING (command_id, document)
   WHERE b.open AND NOT a.open
   GROUP BY a.connection_id;
  RETURN NULL;
END $$;
CREATE TRIGGER closed_tickets AFTER UPDATE ON tickets
  REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION note_closed_tickets();

CREATE FUNCTION note_added_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO wakeups (connection_id, keys)
  SELECT connection_id, array_agg(key) FROM added GROUP BY connection_id;
  RETURN NULL;
END $$;
CREATE TRIGGER added_links AFTER INSERT ON links
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION note_added_links();
