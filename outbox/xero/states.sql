-- name: set_states(ids, states, causes, reasons, waits)!
-- States that are no end: the tickets stay, the commands keep their places. What has ended meanwhile,
-- replaced while Xero was searched for it, stays ended.
UPDATE commands c SET state = v.state, cause = v.cause, reason = v.reason,
       failures = failures + 1, not_before = now() + make_interval(secs => v.wait)
  FROM unnest((:ids)::bigint[], (:states)::text[], (:causes)::text[], (:reasons)::text[],
              (:waits)::float8[]) AS v (id, state, cause, reason, wait)
 WHERE c.id = v.id AND c.state NOT IN ('done', 'superseded', 'skipped');

-- name: end_commands(ids, xero_ids, reason)!
-- Done: what waits behind them may go.
WITH ended AS (
  UPDATE commands c SET state = 'done', cause = NULL, reason = :reason, finished_at = now(),
         xero_id = coalesce(v.xero_id, c.xero_id)
    FROM unnest((:ids)::bigint[], (:xero_ids)::text[]) AS v (id, xero_id)
   WHERE c.id = v.id RETURNING c.id)
UPDATE tickets SET open = false FROM ended WHERE tickets.command_id = ended.id;
