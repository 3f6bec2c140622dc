-- name: open_events(connection_id)
-- How many events are not settled, by state.
SELECT state, count(*)::int AS count FROM events
 WHERE connection_id = :connection_id AND state IN ('undecided', 'held', 'parked')
 GROUP BY state ORDER BY state;

-- name: open_commands(connection_id)
-- How many commands are not finished, by state.
SELECT state, count(*)::int AS count FROM commands
 WHERE connection_id = :connection_id AND state IN ('pending', 'sending', 'ambiguous', 'parked')
 GROUP BY state ORDER BY state;

-- name: sweeps(connection_id)
-- When each of Zoho's lists was swept last, and what no webhook told.
SELECT module, swept_at, missed FROM sweeps WHERE connection_id = :connection_id ORDER BY module;

-- name: document(connection_id, entity, zoho_id)^
-- Where a document stands; events alone make it known.
SELECT document_state(:connection_id, :entity, :zoho_id) AS state,
       (SELECT number FROM documents
         WHERE connection_id = :connection_id AND entity = :entity AND zoho_id = :zoho_id) AS number;

-- name: link(connection_id, entity, zoho_id)^
-- What it is in Xero: its own link, else the first that was made because of it (a payment's shares).
SELECT l.key, l.xero_id FROM links l
 WHERE l.connection_id = :connection_id
   AND l.key = ANY (ARRAY(SELECT c.key FROM commands c
                           WHERE c.connection_id = :connection_id
                             AND c.entity = :entity AND c.zoho_id = :zoho_id)
                    || ((:entity)::text || ':' || :zoho_id))
 ORDER BY l.key <> (:entity)::text || ':' || :zoho_id, l.key
 LIMIT 1;

-- name: events(connection_id, entity, zoho_id)
-- What was received, in the journal's order.
SELECT id, source, trigger, received_at, state, reason FROM events
 WHERE connection_id = :connection_id AND entity = :entity AND zoho_id = :zoho_id
 ORDER BY id;

-- name: decisions(connection_id, entity, zoho_id)
-- What was decided, and why, in order. Of a document with no decisions of its own but a person's, as a payment
-- of which its bill alone tells, the decisions that its commands come from too.
SELECT event_id, action, outcome, code, reason, decided_at
  FROM (SELECT * FROM decisions
         WHERE connection_id = :connection_id AND entity = :entity AND zoho_id = :zoho_id
        UNION
        SELECT d.* FROM commands c JOIN decisions d ON d.connection_id = c.connection_id
           AND d.event_id = c.event_id AND d.key = c.key
         WHERE c.connection_id = :connection_id AND c.entity = :entity AND c.zoho_id = :zoho_id
           AND NOT EXISTS (SELECT FROM decisions own
                            WHERE own.connection_id = :connection_id AND own.entity = :entity
                              AND own.zoho_id = :zoho_id
                              AND own.code IS DISTINCT FROM 'given_up')) AS found
 ORDER BY id;

-- name: commands(connection_id, entity, zoho_id)
-- What Xero was asked because of it, in order.
SELECT id, event_id, kind, state, action, cause, reason, xero_id, created_at, finished_at
  FROM commands
 WHERE connection_id = :connection_id AND entity = :entity AND zoho_id = :zoho_id
 ORDER BY id;

-- name: attempts(connection_id, ids)
-- The requests that carried these commands, in order.
SELECT m.command_id, a.first_sent_at AS at, m.outcome, a.status,
       coalesce(m.message, a.message) AS message
  FROM attempt_members m JOIN attempts a ON a.id = m.attempt_id
 WHERE a.connection_id = :connection_id AND m.command_id = ANY (:ids)
 ORDER BY m.command_id, a.id;

-- name: waits(connection_id, ids)
-- What unfinished commands wait for: needs without a link, then commands and events before them.
SELECT n.command_id, 1 AS rank, 0 AS number, n.key AS what
  FROM needs n JOIN commands c ON c.id = n.command_id
 WHERE n.connection_id = :connection_id AND n.command_id = ANY (:ids)
   AND c.state IN ('pending', 'parked')
   AND NOT EXISTS (SELECT FROM links l WHERE l.connection_id = n.connection_id AND l.key = n.key)
UNION
SELECT mine.command_id, 2, c.id, format('command %s (%s, %s)', c.id, c.kind, c.state)
  FROM tickets mine
  JOIN tickets ahead ON ahead.connection_id = mine.connection_id AND ahead.open
   AND ahead.document = mine.document AND ahead.position < mine.position
  JOIN commands c ON c.id = ahead.command_id
 WHERE mine.connection_id = :connection_id AND mine.command_id = ANY (:ids) AND mine.open
UNION
SELECT mine.command_id, 3, e.id,
       format('event %s', e.id) || CASE e.state WHEN 'parked' THEN ' (parked)' ELSE '' END
  FROM tickets mine
  JOIN commands c ON c.id = mine.command_id
  JOIN events e ON e.touches @> ARRAY[mine.document] AND e.connection_id = mine.connection_id
   AND e.state IN ('undecided', 'parked') AND e.id < c.event_id
 WHERE mine.connection_id = :connection_id AND mine.command_id = ANY (:ids) AND mine.open
 ORDER BY 1, 2, 3, 4;
