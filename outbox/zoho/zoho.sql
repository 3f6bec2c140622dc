-- name: next_command(connection_id)^
-- The head of a queue that may go, or whose outcome is to be looked into; lane first, then age.
-- Another kind is a newer release's, which takes it once it speaks for the connection.
SELECT c.id, c.kind, c.key, c.body, c.expected, c.state, c.failures, a.id AS attempt_id, a.method,
       coalesce(a.absent_reads, 0) AS absent_reads,
       coalesce(extract(epoch FROM now() - a.last_sent_at), 0)::float8 AS silence
  FROM commands c JOIN connections n ON n.id = c.connection_id AND n.enabled
  LEFT JOIN LATERAL (
       SELECT a.id, a.method, a.absent_reads, a.last_sent_at
         FROM attempt_members m JOIN attempts a ON a.id = m.attempt_id
        WHERE m.command_id = c.id AND a.outcome = 'ambiguous' ORDER BY a.id DESC LIMIT 1) a ON true
 WHERE c.connection_id = :connection_id AND c.system = 'zoho'
   AND c.kind = 'zoho_contact.put'
   AND c.state IN ('pending', 'ambiguous') AND c.not_before <= now()
   AND NOT EXISTS (
         SELECT FROM tickets mine
           JOIN tickets ahead ON ahead.connection_id = mine.connection_id
            AND ahead.document = mine.document AND ahead.position < mine.position AND ahead.open
          WHERE mine.command_id = c.id)
 ORDER BY c.lane, c.id LIMIT 1;

-- name: may_send(connection_id, holder, fence, budget)$
-- The lease must outlive the request, and the connection be enabled, or nothing is sent.
SELECT EXISTS (
  SELECT FROM leases l JOIN connections c ON c.id = l.connection_id
   WHERE l.connection_id = :connection_id AND l.holder = :holder AND l.fence = :fence
     AND l.expires_at > now() + make_interval(secs => :budget) AND c.enabled
     FOR SHARE OF l, c);

-- name: take(command_id)$
-- It is being sent from now on, unless it was replaced meanwhile.
WITH taken AS (
  UPDATE commands SET state = 'sending', cause = NULL, reason = NULL
   WHERE id = :command_id AND state = 'pending' RETURNING id)
SELECT count(*) = 1 FROM taken;

-- name: add_attempt(connection_id, command_id, idempotency_key, method, path, body, body_hash, fence)$
-- Committed before the first byte leaves. Zoho knows no keys: ours only names the attempt.
WITH attempt AS (
  INSERT INTO attempts (connection_id, system, idempotency_key, method, path, body, body_hash,
                        generation, fence, repeatable)
  VALUES (:connection_id, 'zoho', :idempotency_key, :method, :path, :body, :body_hash, 0, :fence,
          false)
  RETURNING id),
member AS (
  INSERT INTO attempt_members (attempt_id, command_id, place)
  SELECT id, :command_id, 0 FROM attempt)
SELECT id FROM attempt;

-- name: end_attempt(attempt_id, command_id, outcome, message)!
-- What became of a request, and so of its command.
WITH ended AS (
  UPDATE attempts SET outcome = :outcome, message = :message,
         ended_at = CASE WHEN :outcome <> 'ambiguous' THEN now() END
   WHERE id = :attempt_id)
UPDATE attempt_members SET outcome = :outcome, message = :message
 WHERE attempt_id = :attempt_id AND command_id = :command_id;

-- name: looked(attempt_id)!
-- A look-up after the quiet time that found nothing.
UPDATE attempts SET looked_at = now(), absent_reads = absent_reads + 1 WHERE id = :attempt_id;

-- name: set_state(command_id, state, cause, reason, wait)!
-- States that are no end: the command keeps its place. What has ended meanwhile, replaced while Zoho was
-- searched for it, stays ended.
UPDATE commands SET state = :state, cause = :cause, reason = :reason, failures = failures + 1,
       not_before = now() + make_interval(secs => :wait)
 WHERE id = :command_id AND state NOT IN ('done', 'superseded', 'skipped');

-- name: end_command(command_id, xero_id, reason)!
-- Done: what waits behind it may go. One that was replaced meanwhile has ended before.
WITH ended AS (
  UPDATE commands SET state = 'done', cause = NULL, reason = :reason, finished_at = now(),
         xero_id = :xero_id
   WHERE id = :command_id AND state NOT IN ('superseded', 'skipped') RETURNING id)
UPDATE tickets SET open = false FROM ended WHERE tickets.command_id = ended.id;

-- name: owner(connection_id, key)$
-- The contact in Xero that a Zoho contact is linked to.
SELECT xero_id FROM links WHERE connection_id = :connection_id AND key = :key;

-- name: link(connection_id, key, xero_id)!
-- From now on the two are one, for whatever goes either way.
INSERT INTO links (connection_id, key, xero_id) VALUES (:connection_id, :key, :xero_id)
ON CONFLICT (connection_id, key) DO UPDATE SET xero_id = excluded.xero_id;

-- name: know_contact(connection_id, zoho_id, number, snapshot)!
-- What Zoho says of a contact that it has because of us; what is known already stays.
INSERT INTO documents (connection_id, entity, zoho_id, number, snapshot)
VALUES (:connection_id, 'contact', :zoho_id, :number, :snapshot)
ON CONFLICT (connection_id, entity, zoho_id)
   DO UPDATE SET snapshot = coalesce(documents.snapshot, excluded.snapshot),
                 number = coalesce(documents.number, excluded.number);

-- name: twin(connection_id, xero_id, contact_type)$
-- The Zoho contact of a type that is linked to one in Xero.
SELECT d.zoho_id FROM links l
  JOIN documents d ON d.connection_id = l.connection_id AND d.entity = 'contact'
   AND l.key = 'contact:' || d.zoho_id
 WHERE l.connection_id = :connection_id AND l.xero_id = :xero_id
   AND d.snapshot ->> 'contact_type' = :contact_type
 LIMIT 1;
