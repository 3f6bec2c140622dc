-- name: parked(connection_id, ids, cause, everything)
-- The parked commands that a person means.
SELECT id FROM commands
 WHERE connection_id = :connection_id AND state = 'parked'
   AND (:everything OR id = ANY(:ids) OR cause = :cause)
 ORDER BY id
   FOR UPDATE;

-- name: retry(connection_id, ids, cause, everything)
-- A person lets parked commands go again; those that can't be built yet are planned again first.
UPDATE commands SET state = 'pending', cause = NULL, reason = NULL, failures = 0, not_before = now()
 WHERE connection_id = :connection_id AND state = 'parked' AND body IS NOT NULL
   AND (:everything OR id = ANY(:ids) OR cause = :cause)
RETURNING id;

-- name: to_give_up(connection_id, ids, cause, everything)
-- What a person means to give up: what is parked, and what waits for a thing that nothing will put into Xero;
-- that is meant by its id, or by the thing as its cause, and not by "all".
SELECT id FROM commands
 WHERE connection_id = :connection_id AND state = 'parked'
   AND (:everything OR id = ANY(:ids) OR cause = :cause)
UNION
SELECT command_id FROM unmade
 WHERE connection_id = :connection_id AND (command_id = ANY(:ids) OR 'missing:' || key = :cause);

-- name: lock_documents(connection_id, ids)!
-- Documents before their commands, and in the order of their ids, as whoever decides takes them.
SELECT FROM documents
 WHERE connection_id = :connection_id AND (entity, zoho_id) IN (
       SELECT entity, zoho_id FROM commands
        WHERE connection_id = :connection_id AND id = ANY(:ids))
 ORDER BY entity, zoho_id
   FOR UPDATE;

-- name: skip(connection_id, ids, code, reason)
-- A person gives these commands up, as far as none is on its way by now; what waits behind them may go. It is
-- a decision about each document: the newest, for lists, sums and histories, until the document changes.
WITH skipped AS (
  UPDATE commands SET state = 'skipped', reason = :reason, finished_at = now()
   WHERE connection_id = :connection_id AND id = ANY(:ids) AND state IN ('parked', 'pending')
  RETURNING *),
freed AS (UPDATE tickets SET open = false FROM skipped WHERE tickets.command_id = skipped.id),
decided AS (
  INSERT INTO decisions (connection_id, event_id, entity, zoho_id, action, key, outcome, code, reason)
  SELECT s.connection_id, s.event_id, s.entity, s.zoho_id, s.action, s.key, 'withheld', :code, :reason
    FROM skipped s JOIN events e ON e.connection_id = s.connection_id AND e.id = s.event_id
   ORDER BY s.id)
SELECT id FROM skipped;
