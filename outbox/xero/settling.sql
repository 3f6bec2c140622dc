-- name: end_attempt(attempt_id, outcome, status, message, repeatable, ended)!
-- What became of a request; 'ambiguous' ones stay open.
UPDATE attempts SET outcome = :outcome, status = :status, message = :message,
       repeatable = repeatable AND :repeatable,
       ended_at = CASE WHEN :ended THEN now() END
 WHERE id = :attempt_id;

-- name: close_attempt(attempt_id, message)!
-- Nobody waits for a request any more; what was settled since it was found unclear stays as it is.
UPDATE attempts SET outcome = 'absent', message = :message, repeatable = false, ended_at = now()
 WHERE id = :attempt_id AND outcome = 'ambiguous';

-- name: end_members(attempt_id, command_ids, outcomes, messages)!
-- What became of each command in a request.
UPDATE attempt_members m SET outcome = v.outcome, message = v.message
  FROM unnest((:command_ids)::bigint[], (:outcomes)::text[], (:messages)::text[])
       AS v (command_id, outcome, message)
 WHERE m.attempt_id = :attempt_id AND m.command_id = v.command_id;

-- name: give_way(ids, reason)!
-- What Xero has refused, and what something newer about the same thing stands behind that came while it
-- was on its way: the newer one counts, and must not wait for a person.
WITH ended AS (
  UPDATE commands c SET state = 'superseded', cause = NULL, reason = :reason, finished_at = now()
   WHERE c.id = ANY(:ids) AND c.state = 'parked'
     AND EXISTS (SELECT FROM commands n
                  WHERE n.connection_id = c.connection_id AND n.key = c.key AND n.id > c.id
                    AND n.state IN ('pending', 'parked'))
  RETURNING id)
UPDATE tickets SET open = false FROM ended WHERE tickets.command_id = ended.id;

-- name: give_up(ids, most, cause, reason)!
-- Proven absent so often, though Xero can be asked: a person must look at it.
UPDATE commands c SET state = 'parked', cause = :cause, reason = :reason
 WHERE c.id = ANY(:ids) AND c.state = 'pending'
   AND :most <= (SELECT count(*) FROM attempt_members m
                  WHERE m.command_id = c.id AND m.outcome = 'absent');
