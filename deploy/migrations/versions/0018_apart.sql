-- Connections are apart (C11): what hangs on a row belongs to the same connection as the row, or is refused.
SET LOCAL lock_timeout = '5s';

ALTER TABLE events   ADD CONSTRAINT events_of_connection   UNIQUE (connection_id, id);
ALTER TABLE commands ADD CONSTRAINT commands_of_connection UNIQUE (connection_id, id);

ALTER TABLE decisions
  ADD CONSTRAINT decisions_apart FOREIGN KEY (connection_id, event_id)
      REFERENCES events (connection_id, id) ON DELETE CASCADE,
  DROP CONSTRAINT decisions_event_id_fkey;
ALTER TABLE tickets
  ADD CONSTRAINT tickets_apart FOREIGN KEY (connection_id, command_id)
      REFERENCES commands (connection_id, id) ON DELETE CASCADE,
  DROP CONSTRAINT tickets_command_id_fkey;
ALTER TABLE needs
  ADD CONSTRAINT needs_apart FOREIGN KEY (connection_id, command_id)
      REFERENCES commands (connection_id, id) ON DELETE CASCADE,
  DROP CONSTRAINT needs_command_id_fkey;

-- A request carries commands of its own connection alone; one look for all that travel in it.
CREATE FUNCTION members_apart() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM added m
               JOIN attempts a ON a.id = m.attempt_id
               JOIN commands c ON c.id = m.command_id
              WHERE a.connection_id <> c.connection_id) THEN
    RAISE EXCEPTION 'a request of one connection would carry a command of another'
      USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER members_apart AFTER INSERT ON attempt_members
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION members_apart();
