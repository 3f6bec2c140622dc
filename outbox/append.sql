-- name: unfinished(connection_id, keys)
-- Commands under way for things, locked: none is sent while we count on its not being sent, and a newer
-- one may take its place. The index of all that is under way is small when statistics are taken, and of a
-- backlog each decision would read the whole: OFFSET 0 lets each key be looked for by itself, and NOT IN
-- keeps the look at what was found by its number.
SELECT key, id, kind, state, lane
  FROM commands
 WHERE id = ANY (ARRAY (
       SELECT found.id
         FROM unnest((:keys)::text[]) AS thing (key)
        CROSS JOIN LATERAL (
              SELECT c.id FROM commands c
               WHERE c.connection_id = :connection_id AND c.key = thing.key
                 AND c.state IN ('pending', 'sending', 'ambiguous', 'parked')
              OFFSET 0) AS found))
   AND state NOT IN ('done', 'superseded', 'skipped')
 ORDER BY id
   FOR UPDATE;

-- name: is_linked(connection_id, key)$
-- Whether Xero holds the thing.
SELECT EXISTS (SELECT FROM links WHERE connection_id = :connection_id AND key = :key);

-- name: add_command(connection_id, event_id, entity, zoho_id, action, kind, key, body, expected, state, cause, reason, request_id, lane, system, trace, needs, entities, zoho_ids)$
-- A command, what it needs, and its places: one for each document that it changes. The caller holds
-- the documents' locks, so positions follow the order of commits.
WITH command AS (
  INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body,
                        expected, state, cause, reason, request_id, lane, system,
                        traceparent)
  VALUES (:connection_id, :event_id, :entity, :zoho_id, :action, :kind, :key, :body, :expected,
          :state, :cause, :reason, :request_id, :lane, :system, :trace)
  RETURNING id, connection_id),
needed AS (
  INSERT INTO needs (command_id, connection_id, key)
  SELECT DISTINCT c.id, c.connection_id, n.key FROM command c, unnest((:needs)::text[]) AS n (key)),
places AS (
  INSERT INTO documents (connection_id, entity, zoho_id, last_position)
  SELECT c.connection_id, d.entity, d.zoho_id, 1
    FROM command c, unnest((:entities)::text[], (:zoho_ids)::text[]) AS d (entity, zoho_id)
  ON CONFLICT (connection_id, entity, zoho_id)
     DO UPDATE SET last_position = documents.last_position + 1
  RETURNING entity || ':' || zoho_id AS document, last_position),
queued AS (
  INSERT INTO tickets (command_id, connection_id, document, position)
  SELECT c.id, c.connection_id, p.document, p.last_position FROM command c, places p)
SELECT id FROM command;

-- name: hasten(connection_id, ids)$
-- What stands before these commands, or makes what they need, goes no later than they: it gets their lane
-- where that is the sooner one, and so do they where something sooner waits for what they make. Of a queue
-- the last before it is enough, since that went through here itself. What another transaction holds just
-- now is on its way: waiting for it could only end in a deadlock. OFFSET 0 and NOT IN as in unfinished.
-- Whoever holds the connection's lease hears that something is to be done.
WITH RECURSIVE wanted AS (
  SELECT c.id, least(c.lane, CASE WHEN c.lane > 0 THEN (
           SELECT min(w.lane)
             FROM needs n
            CROSS JOIN LATERAL (
                  SELECT lane FROM commands
                   WHERE id = n.command_id AND state NOT IN ('done', 'superseded', 'skipped')
                  OFFSET 0) AS w
            WHERE n.connection_id = c.connection_id AND n.key = c.key) END) AS lane
    FROM commands c WHERE c.connection_id = :connection_id AND c.id = ANY(:ids)
  UNION
  SELECT late.id, w.lane
    FROM wanted w
   CROSS JOIN LATERAL (
         SELECT ahead.command_id
           FROM tickets mine
          CROSS JOIN LATERAL (
                SELECT t.command_id FROM tickets t
                 WHERE t.connection_id = mine.connection_id AND t.document = mine.document AND t.open
                   AND t.position < mine.position
                 ORDER BY t.position DESC LIMIT 1) AS ahead
          WHERE mine.command_id = w.id
         UNION ALL
         SELECT maker.id
           FROM needs n
          CROSS JOIN LATERAL (
                SELECT id FROM commands
                 WHERE connection_id = n.connection_id AND key = n.key
                   AND state IN ('pending', 'sending', 'ambiguous', 'parked')
                OFFSET 0) AS maker
          WHERE n.command_id = w.id) AS before
   CROSS JOIN LATERAL (
         SELECT id FROM commands WHERE id = before.command_id AND lane > w.lane OFFSET 0) AS late),
hastened AS (
  SELECT late.id, w.lane
    FROM (SELECT id, min(lane) AS lane FROM wanted GROUP BY id) AS w
   CROSS JOIN LATERAL (
         SELECT id FROM commands WHERE id = w.id AND lane > w.lane
         OFFSET 0 FOR UPDATE SKIP LOCKED) AS late),
sooner AS (
  UPDATE commands SET lane = hastened.lane FROM hastened WHERE commands.id = hastened.id)
SELECT pg_notify('outbox', (:connection_id)::bigint::text);

-- name: places_of(command_id)
-- The documents in whose queues a command stands.
SELECT document FROM tickets WHERE command_id = :command_id;

-- name: take_place(command_id, from_id, documents)!
-- A newer full-state write takes over the places of the one it replaces.
UPDATE tickets SET command_id = :command_id
 WHERE command_id = :from_id AND document = ANY(:documents);

-- name: supersede(id, reason)!
-- Nothing of it is sent any more; what waits behind it may go.
WITH ended AS (
  UPDATE commands SET state = 'superseded', cause = NULL, reason = :reason, finished_at = now()
   WHERE id = :id RETURNING id)
UPDATE tickets SET open = false FROM ended WHERE tickets.command_id = ended.id;
