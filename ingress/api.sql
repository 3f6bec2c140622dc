-- name: list_connections()
-- Every connection, with what is open in it.
SELECT c.id, c.name, c.organization_id, c.enabled, c.cutover, c.timezone, c.base_currency,
       c.problem, c.created_at,
       (SELECT count(*) FROM events e
         WHERE e.connection_id = c.id AND e.state = 'undecided')::int AS undecided,
       (SELECT count(*) FROM commands m
         WHERE m.connection_id = c.id AND m.state IN ('pending', 'sending', 'ambiguous'))::int
         AS waiting,
       (SELECT count(*) FROM commands m
         WHERE m.connection_id = c.id AND m.state = 'parked')::int AS parked
  FROM connections c
 ORDER BY c.name;

-- name: find_connection(name)$
-- The id behind a connection's name.
SELECT id FROM connections WHERE name = :name;

-- name: find_document(connection_id, entity, zoho_id)^
-- Where a document stands; it is known by its row, or by events alone.
SELECT document_state(:connection_id, :entity, :zoho_id) AS state,
       (SELECT d.number FROM documents d
         WHERE d.connection_id = :connection_id AND d.entity = :entity
           AND d.zoho_id = :zoho_id) AS number,
       (SELECT l.xero_id FROM commands c
          JOIN links l ON l.connection_id = c.connection_id AND l.key = c.key
         WHERE c.connection_id = :connection_id AND c.entity = :entity AND c.zoho_id = :zoho_id
         ORDER BY c.key = :entity || ':' || :zoho_id DESC, c.id LIMIT 1) AS xero_id,
       (SELECT l.key FROM commands c
          JOIN links l ON l.connection_id = c.connection_id AND l.key = c.key
         WHERE c.connection_id = :connection_id AND c.entity = :entity AND c.zoho_id = :zoho_id
         ORDER BY c.key = :entity || ':' || :zoho_id DESC, c.id LIMIT 1) AS link_key;

-- name: list_events(connection_id, entity, zoho_id)
-- What Zoho said of a document, in the order of the journal.
SELECT id, source, trigger, received_at, state, reason
  FROM events
 WHERE connection_id = :connection_id AND entity = :entity AND zoho_id = :zoho_id
 ORDER BY id;

-- name: list_decisions(connection_id, entity, zoho_id)
-- What was decided, and why.
SELECT event_id, action, outcome, code, reason, decided_at
  FROM decisions
 WHERE connection_id = :connection_id AND entity = :entity AND zoho_id = :zoho_id
 ORDER BY id;

-- name: list_commands(connection_id, entity, zoho_id)
-- What Xero was to be told.
SELECT id, kind, state, reason, cause, action, xero_id, created_at, finished_at
  FROM commands
 WHERE connection_id = :connection_id AND entity = :entity AND zoho_id = :zoho_id
 ORDER BY id;

-- name: list_attempts(connection_id, commands)
-- What was sent for commands, and what Xero answered.
SELECT m.command_id, a.first_sent_at AS at, m.outcome, a.status,
       coalesce(m.message, a.message) AS message
  FROM attempt_members m JOIN attempts a ON a.id = m.attempt_id
 WHERE a.connection_id = :connection_id AND m.command_id = ANY(:commands)
 ORDER BY a.id;

-- name: list_waits(connection_id, commands)
-- What unfinished commands wait for: links, earlier commands, earlier events.
SELECT n.command_id, n.key AS waits_for
  FROM needs n JOIN commands c ON c.id = n.command_id
 WHERE n.connection_id = :connection_id AND n.command_id = ANY(:commands)
   AND c.state IN ('pending', 'parked')
   AND NOT EXISTS (SELECT FROM links l
                    WHERE l.connection_id = n.connection_id AND l.key = n.key)
 UNION
SELECT mine.command_id, format('command %s (%s, %s)', c.id, c.kind, c.state)
  FROM tickets mine
  JOIN tickets ahead ON ahead.connection_id = mine.connection_id
   AND ahead.document = mine.document AND ahead.open AND ahead.position < mine.position
  JOIN commands c ON c.id = ahead.command_id
 WHERE mine.connection_id = :connection_id AND mine.command_id = ANY(:commands) AND mine.open
 UNION
SELECT mine.command_id, format('event %s', e.id)
  FROM tickets mine
  JOIN commands c ON c.id = mine.command_id
  JOIN events e ON e.connection_id = mine.connection_id AND e.touches @> ARRAY[mine.document]
   AND e.state IN ('undecided', 'parked') AND e.id < c.event_id
 WHERE mine.connection_id = :connection_id AND mine.command_id = ANY(:commands) AND mine.open
 ORDER BY 1, 2;

-- name: list_documents(connection_id, entity, number, state, most)
-- Documents by entity, number and state, the newest first.
SELECT * FROM (
  SELECT d.entity, d.zoho_id, d.number, d.day,
         document_state(d.connection_id, d.entity, d.zoho_id) AS state, d.updated_at
    FROM documents d
   WHERE d.connection_id = :connection_id
     AND ((:entity)::text IS NULL OR d.entity = :entity)
     AND ((:number)::text IS NULL OR d.number = :number)
) AS found
 WHERE state IS NOT NULL AND ((:state)::text IS NULL OR state = :state)
 ORDER BY updated_at DESC
 LIMIT :most;
