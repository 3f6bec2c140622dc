-- What waits for a thing that Xero does not hold, and that nothing on its way would put there: shown under its
-- cause, and given up by it (outbox/blocked.sql, outbox/operate.sql).
SET LOCAL lock_timeout = '5s';

CREATE VIEW unmade AS
  SELECT c.connection_id, c.id AS command_id, n.key
    FROM commands c
    JOIN needs n ON n.command_id = c.id
   WHERE c.state = 'pending'
     AND NOT EXISTS (SELECT FROM links l
                      WHERE l.connection_id = n.connection_id AND l.key = n.key)
     AND NOT EXISTS (SELECT FROM commands maker
                      WHERE maker.connection_id = n.connection_id AND maker.key = n.key
                        AND maker.state IN ('pending', 'sending', 'ambiguous', 'parked')
                        AND maker.kind ~ '[.](put|create)$');
