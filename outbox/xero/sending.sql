-- name: may_send(connection_id, holder, fence, budget)$
-- The lease must outlive the request, the connection be enabled and its prerequisites met, or nothing
-- is sent (rules 5, 7; C2).
SELECT EXISTS (
  SELECT FROM leases l JOIN connections c ON c.id = l.connection_id
   WHERE l.connection_id = :connection_id AND l.holder = :holder AND l.fence = :fence
     AND l.expires_at > now() + make_interval(secs => :budget)
     AND c.enabled AND NOT c.blocked AND (c.paused_until IS NULL OR c.paused_until <= now())
     FOR SHARE OF l, c);

-- name: add_attempt(connection_id, idempotency_key, method, path, body, body_hash, generation, fence, command_ids)^
-- Committed before the first byte leaves (rule 4), with the commands that travel in it, in order: they are
-- being sent from now on. `restored`: the database came back from a copy of late, and Xero may hold what
-- it does not know of.
WITH attempt AS (
  INSERT INTO attempts (connection_id, idempotency_key, method, path, body, body_hash, generation,
                        fence)
  VALUES (:connection_id, :idempotency_key, :method, :path, :body, :body_hash, :generation, :fence)
  RETURNING id, connection_id, first_sent_at),
members AS (
  INSERT INTO attempt_members (attempt_id, command_id, place)
  SELECT a.id, m.command_id, m.place - 1
    FROM attempt a, unnest((:command_ids)::bigint[]) WITH ORDINALITY AS m (command_id, place)
  RETURNING command_id),
leaving AS (
  UPDATE commands SET state = 'sending', cause = NULL, reason = NULL
    FROM members WHERE commands.id = members.command_id)
SELECT a.id, a.first_sent_at, coalesce(c.look_first_until > now(), false) AS restored
  FROM attempt a JOIN connections c ON c.id = a.connection_id;

-- name: doubt(attempt_id)!
-- Not sent, but looked for, as if it had been sent long ago: only proven absence lets it go.
WITH doubted AS (
  UPDATE attempts
     SET outcome = 'ambiguous', sends = 0, repeatable = false,
         last_sent_at = now() - interval '1 day', message = 'the database was restored'
   WHERE id = :attempt_id RETURNING id)
UPDATE commands c
   SET state = 'ambiguous', looked_at = now(), reason = 'Xero is searched for it first'
  FROM attempt_members m JOIN doubted d ON d.id = m.attempt_id
 WHERE c.id = m.command_id;
