-- name: open_attempts(connection_id, kinds)
-- Requests whose outcome nobody knows, oldest first. One of a kind that is not among `kinds` was sent by a
-- newer release, which knows how to look for it, once it speaks for the connection again.
SELECT a.id, a.idempotency_key, a.method, a.path, a.body, a.generation, a.sends, a.repeatable,
       a.first_sent_at, a.last_sent_at, a.looked_at, a.absent_reads, a.outcome,
       now() AS now
  FROM attempts a
 WHERE a.connection_id = :connection_id AND a.system = 'xero'
   AND a.outcome IN ('unknown', 'ambiguous')
   AND NOT EXISTS (SELECT FROM attempt_members m JOIN commands c ON c.id = m.command_id
                    WHERE m.attempt_id = a.id AND c.state IN ('sending', 'ambiguous')
                      AND c.kind <> ALL(:kinds))
 ORDER BY a.id;

-- name: open_members(attempt_id)
-- The commands of a request that are still unclear, with what they need to be recognised.
SELECT c.id, c.kind, c.key, c.body, c.expected, c.failures, l.xero_id,
       c.looked_at IS NOT NULL AS looked, c.traceparent, m.place
  FROM attempt_members m
  JOIN commands c ON c.id = m.command_id
  LEFT JOIN links l ON l.connection_id = c.connection_id AND l.key = c.key
 WHERE m.attempt_id = :attempt_id AND m.outcome IN ('unknown', 'ambiguous')
   AND c.state IN ('sending', 'ambiguous')
 ORDER BY m.place;

-- name: resend(attempt_id, connection_id, holder, fence, budget)^
-- The same bytes under the same key go again, while the lease outlives them and the connection is enabled.
UPDATE attempts SET sends = sends + 1, last_sent_at = now()
 WHERE id = :attempt_id AND connection_id = :connection_id AND outcome = 'ambiguous'
   AND EXISTS (SELECT FROM leases WHERE connection_id = :connection_id AND holder = :holder
                  AND fence = :fence AND expires_at > now() + make_interval(secs => :budget))
   AND EXISTS (SELECT FROM connections WHERE id = :connection_id AND enabled)
RETURNING id, sends;

-- name: looked(attempt_id, counts)$
-- A look-up that found nothing; after the quiet time it counts towards the proof.
UPDATE attempts SET looked_at = now(),
       absent_reads = absent_reads + CASE WHEN :counts THEN 1 ELSE 0 END
 WHERE id = :attempt_id
RETURNING absent_reads;
