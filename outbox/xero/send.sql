-- name: ready(connection_id, kinds, lanes, busy, most)
-- Heads of all their queues whose needs exist; lane first, then age. Order is a property of this query.
-- A kind that is not among `kinds` is a newer release's, which takes it once it speaks for the connection.
-- Lanes after `lanes` must leave the day's last calls to others (rule 6). Those asleep could not go when
-- they were last looked at, and nothing before them has moved since: leaving them out is only faster.
-- What a request failed to bring over twice goes alone: one of its companions may be to blame.
-- OFFSET 0 lets each candidate be probed by itself, whatever the planner thinks of whole tables.
SELECT c.id, c.kind, c.key, c.body, c.expected, c.failures,
       (SELECT l.xero_id FROM links l
         WHERE l.connection_id = c.connection_id AND l.key = c.key) AS xero_id,
       c.looked_at IS NOT NULL AS looked,
       coalesce(c.cause = 'split' OR c.cause = 'absent' AND 1 < (
         SELECT count(*) FROM attempt_members m
          WHERE m.command_id = c.id AND m.outcome = 'absent'), false) AS alone,
       c.lane, c.created_at, c.event_id, c.request_id, c.traceparent
  FROM commands c
 WHERE c.connection_id = :connection_id AND c.system = 'xero' AND c.state = 'pending' AND NOT c.asleep
   AND c.kind = ANY(:kinds) AND c.not_before <= now() AND c.lane <= :lanes AND c.id <> ALL(:busy)
   AND NOT EXISTS (
         SELECT FROM tickets mine
           JOIN tickets ahead ON ahead.connection_id = mine.connection_id
            AND ahead.document = mine.document AND ahead.position < mine.position AND ahead.open
          WHERE mine.command_id = c.id OFFSET 0)
   AND NOT EXISTS (
         SELECT FROM needs n
          WHERE n.command_id = c.id AND NOT EXISTS (
                SELECT FROM links k WHERE k.connection_id = n.connection_id AND k.key = n.key)
          OFFSET 0)
   AND NOT EXISTS (
         SELECT FROM tickets mine
           JOIN events e ON e.touches @> ARRAY[mine.document] AND e.connection_id = c.connection_id
            AND e.state IN ('undecided', 'parked') AND e.id < c.event_id
          WHERE mine.command_id = c.id OFFSET 0)
 ORDER BY c.lane, c.id
 LIMIT :most
   FOR UPDATE OF c SKIP LOCKED;

-- name: head_age(connection_id)$
-- The age in seconds of the first command that nothing of ours stands before, by the words of `ready`.
SELECT extract(epoch FROM now() - c.created_at)::float8
  FROM commands c
 WHERE c.connection_id = :connection_id AND c.state = 'pending' AND NOT c.asleep
   AND NOT EXISTS (
         SELECT FROM tickets mine
           JOIN tickets ahead ON ahead.connection_id = mine.connection_id
            AND ahead.document = mine.document AND ahead.position < mine.position AND ahead.open
          WHERE mine.command_id = c.id OFFSET 0)
   AND NOT EXISTS (
         SELECT FROM needs n
          WHERE n.command_id = c.id AND NOT EXISTS (
                SELECT FROM links k WHERE k.connection_id = n.connection_id AND k.key = n.key)
          OFFSET 0)
   AND NOT EXISTS (
         SELECT FROM tickets mine
           JOIN events e ON e.touches @> ARRAY[mine.document] AND e.connection_id = c.connection_id
            AND e.state IN ('undecided', 'parked') AND e.id < c.event_id
          WHERE mine.command_id = c.id OFFSET 0)
 ORDER BY c.lane, c.id
 LIMIT 1;

-- name: moved(connection_id, most)
-- What has moved since the last look: queues that are shorter by a head, and what Xero holds now.
DELETE FROM wakeups WHERE id = ANY (ARRAY (
       SELECT id FROM wakeups WHERE connection_id = :connection_id ORDER BY id LIMIT :most))
RETURNING documents, keys;

-- name: wake(connection_id, documents, keys)!
-- The next in each of these queues is looked at again, and what needed these things. Only whoever holds
-- the lease wakes and puts to sleep, so neither can miss the other.
UPDATE commands SET asleep = false
 WHERE asleep AND id = ANY (ARRAY (
       SELECT head.command_id
         FROM unnest((:documents)::text[]) AS d (document)
        CROSS JOIN LATERAL (
              SELECT t.command_id FROM tickets t
               WHERE t.connection_id = :connection_id AND t.document = d.document AND t.open
               ORDER BY t.position LIMIT 1) AS head
       UNION
       SELECT n.command_id FROM needs n
        WHERE n.connection_id = :connection_id AND n.key = ANY ((:keys)::text[])));

-- name: put_to_sleep(connection_id, lane, id, ready, most)$
-- What was passed over on the way to the last one that is ready waits for another command or a link:
-- it need not be looked at again before that has moved. One that waits for an event stays awake.
-- Only so many are looked at: a scan by (lane, id) < (…) would read on to the end of the last lane.
WITH first AS (
  SELECT c.id, c.lane FROM commands c
   WHERE c.connection_id = :connection_id AND c.state = 'pending' AND NOT c.asleep AND c.lane <= :lane
   ORDER BY c.lane, c.id
   LIMIT :most + cardinality((:ready)::bigint[])),
passed AS (
  SELECT c.id FROM commands c
   WHERE c.id = ANY (ARRAY (
           SELECT f.id FROM first f WHERE (f.lane, f.id) < (:lane, :id) AND f.id <> ALL(:ready)))
     AND c.system = 'xero' AND c.state = 'pending' AND NOT c.asleep AND c.not_before <= now()
     AND (EXISTS (
           SELECT FROM tickets mine
             JOIN tickets ahead ON ahead.connection_id = mine.connection_id
              AND ahead.document = mine.document AND ahead.position < mine.position AND ahead.open
            WHERE mine.command_id = c.id OFFSET 0)
          OR EXISTS (
           SELECT FROM needs n
            WHERE n.command_id = c.id AND NOT EXISTS (
                  SELECT FROM links k WHERE k.connection_id = n.connection_id AND k.key = n.key)
           OFFSET 0))
   LIMIT :most
     FOR UPDATE OF c SKIP LOCKED),
asleep AS (
  UPDATE commands SET asleep = true WHERE id = ANY (ARRAY (SELECT id FROM passed)) RETURNING id)
SELECT count(*)::int FROM asleep;

-- name: next_due(connection_id)$
-- When a command that was put off may go, in seconds from now; one that just became due counts too.
-- No row when there is none: greatest() would make 0 of it, and an idle outbox would never rest.
SELECT greatest(extract(epoch FROM min(not_before) - now()), 0)::float8
  FROM commands
 WHERE connection_id = :connection_id AND system = 'xero' AND state = 'pending' AND failures > 0
   AND not_before > now() - interval '1 second' AND not_before > created_at
HAVING min(not_before) IS NOT NULL;

-- name: links_of(connection_id, keys)
-- Xero's ids for the links that a batch names.
SELECT key, xero_id FROM links WHERE connection_id = :connection_id AND key = ANY(:keys);

-- name: may_send(connection_id, holder, fence, budget)$
-- The lease must outlive the request, the connection be enabled and its prerequisites met, or nothing
-- is sent (rules 5, 7; C2).
SELECT EXISTS (
  SELECT FROM leases l JOIN connections c ON c.id = l.connection_id
   WHERE l.connection_id = :connection_id AND l.holder = :holder AND l.fence = :fence
     AND l.expires_at > now() + make_interval(secs => :budget)
     AND c.enabled AND NOT c.blocked AND (c.paused_until IS NULL OR c.paused_until <= now())
     FOR SHARE OF l, c);

-- name: add_attempt(connection_id, idempotency_key, method, path, body, body_hash, generation, fence)^
-- Committed before the first byte leaves (rule 4).
INSERT INTO attempts (connection_id, idempotency_key, method, path, body, body_hash, generation, fence)
VALUES (:connection_id, :idempotency_key, :method, :path, :body, :body_hash, :generation, :fence)
RETURNING id, first_sent_at;

-- name: add_members(attempt_id, command_ids)!
-- Which commands travel in the request, in order; they are being sent from now on.
WITH members AS (
  INSERT INTO attempt_members (attempt_id, command_id, place)
  SELECT :attempt_id, command_id, place - 1
    FROM unnest((:command_ids)::bigint[]) WITH ORDINALITY AS m (command_id, place)
  RETURNING command_id)
UPDATE commands SET state = 'sending', cause = NULL, reason = NULL
  FROM members WHERE commands.id = members.command_id;

-- name: restored(connection_id)$
-- Whether the database came back from a copy of late: then Xero may hold what it does not know of.
SELECT coalesce(look_first_until > now(), false) FROM connections WHERE id = :connection_id;

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

-- name: resend(attempt_id, connection_id, holder, fence)^
-- The same bytes under the same key go again, while the lease holds and the connection is enabled.
UPDATE attempts SET sends = sends + 1, last_sent_at = now()
 WHERE id = :attempt_id AND connection_id = :connection_id AND outcome = 'ambiguous'
   AND EXISTS (SELECT FROM leases WHERE connection_id = :connection_id AND holder = :holder
                  AND fence = :fence AND expires_at > now() + interval '35 seconds')
   AND EXISTS (SELECT FROM connections WHERE id = :connection_id AND enabled)
RETURNING id, sends;

-- name: end_attempt(attempt_id, outcome, status, message, repeatable, ended)!
-- What became of a request; 'ambiguous' ones stay open.
UPDATE attempts SET outcome = :outcome, status = :status, message = :message,
       repeatable = repeatable AND :repeatable,
       ended_at = CASE WHEN :ended THEN now() END
 WHERE id = :attempt_id;

-- name: end_members(attempt_id, command_ids, outcomes, messages)!
-- What became of each command in a request.
UPDATE attempt_members m SET outcome = v.outcome, message = v.message
  FROM unnest((:command_ids)::bigint[], (:outcomes)::text[], (:messages)::text[])
       AS v (command_id, outcome, message)
 WHERE m.attempt_id = :attempt_id AND m.command_id = v.command_id;

-- name: set_states(ids, states, causes, reasons, waits)!
-- States that are no end: the tickets stay, the commands keep their places. What has ended meanwhile,
-- replaced while Xero was searched for it, stays ended.
UPDATE commands c SET state = v.state, cause = v.cause, reason = v.reason,
       failures = failures + 1, not_before = now() + make_interval(secs => v.wait)
  FROM unnest((:ids)::bigint[], (:states)::text[], (:causes)::text[], (:reasons)::text[],
              (:waits)::float8[]) AS v (id, state, cause, reason, wait)
 WHERE c.id = v.id AND c.state NOT IN ('done', 'superseded', 'skipped');

-- name: add_links(connection_id, keys, xero_ids, numbers)!
-- From now on the things exist in Xero, for whatever waits for them.
INSERT INTO links (connection_id, key, xero_id, number)
SELECT :connection_id, key, xero_id, number
  FROM unnest((:keys)::text[], (:xero_ids)::text[], (:numbers)::text[]) AS v (key, xero_id, number)
ON CONFLICT (connection_id, key)
   DO UPDATE SET xero_id = excluded.xero_id, number = coalesce(excluded.number, links.number);

-- name: linked_ids(connection_id, xero_ids)
-- Which of these ids in Xero belong to things that we know.
SELECT xero_id FROM links WHERE connection_id = :connection_id AND xero_id = ANY(:xero_ids);

-- name: drop_links(connection_id, keys)!
-- The things are gone from Xero.
DELETE FROM links WHERE connection_id = :connection_id AND key = ANY(:keys);

-- name: give_up(ids, most, cause, reason)!
-- Proven absent so often, though Xero can be asked: a person must look at it.
UPDATE commands c SET state = 'parked', cause = :cause, reason = :reason
 WHERE c.id = ANY(:ids) AND c.state = 'pending'
   AND :most <= (SELECT count(*) FROM attempt_members m
                  WHERE m.command_id = c.id AND m.outcome = 'absent');

-- name: mark_looked(ids)!
-- Searched and not found: the create may go.
UPDATE commands SET looked_at = now() WHERE id = ANY(:ids);

-- name: open_attempts(connection_id)
-- Requests whose outcome nobody knows, oldest first.
SELECT a.id, a.idempotency_key, a.method, a.path, a.body, a.generation, a.sends, a.repeatable,
       a.first_sent_at, a.last_sent_at, a.looked_at, a.absent_reads, a.status, a.outcome,
       now() AS now
  FROM attempts a
 WHERE a.connection_id = :connection_id AND a.system = 'xero'
   AND a.outcome IN ('unknown', 'ambiguous')
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

-- name: looked(attempt_id, counts)$
-- A look-up that found nothing; after the quiet time it counts towards the proof.
UPDATE attempts SET looked_at = now(),
       absent_reads = absent_reads + CASE WHEN :counts THEN 1 ELSE 0 END
 WHERE id = :attempt_id
RETURNING absent_reads;

-- name: look_around(connection_id)^
-- What stands in the way of sending: being disabled, seconds of pause (ended at once when the connection
-- is applied anew), whether requests are unclear, and the minute's calls that readers took beside us.
SELECT c.enabled, coalesce(greatest(extract(epoch FROM c.paused_until - now()), 0), 0)::float8 AS paused,
       EXISTS (SELECT FROM attempts a
                WHERE a.connection_id = c.id AND a.system = 'xero'
                  AND a.outcome = 'ambiguous') AS unclear,
       (SELECT count(*)::int FROM xero_reads r
         WHERE r.connection_id = c.id AND r.at > now() - interval '61 seconds') AS reads
  FROM connections c WHERE c.id = :connection_id;

-- name: pause(connection_id, seconds, problem)!
-- Nothing is sent for a while, by any process.
UPDATE connections SET paused_until = now() + make_interval(secs => :seconds), problem = :problem
 WHERE id = :connection_id;

-- name: tell_problem(connection_id, problem)!
-- Why less is sent than waits; what still may be sent is sent.
UPDATE connections SET problem = :problem
 WHERE id = :connection_id AND problem IS DISTINCT FROM :problem;

-- name: clear_problem(connection_id)!
-- The grant works again.
UPDATE connections SET problem = NULL, paused_until = NULL
 WHERE id = :connection_id AND problem IS NOT NULL;

-- name: twins(connection_id, xero_ids)
-- Of which kind, customer or vendor, those of our contacts are that these ids in Xero belong to.
SELECT DISTINCT ON (c.key) l.xero_id, c.expected ->> 'contact_type' AS contact_type
  FROM commands c JOIN links l ON l.connection_id = c.connection_id AND l.key = c.key
 WHERE l.connection_id = :connection_id AND l.xero_id = ANY(:xero_ids)
   AND c.expected ? 'contact_type'
 ORDER BY c.key, c.id DESC;

-- name: waited(ids)
-- How long the events behind these commands have been with us, in seconds.
SELECT extract(epoch FROM clock_timestamp() - e.received_at)::float8 AS seconds
  FROM commands c JOIN events e ON e.id = c.event_id WHERE c.id = ANY(:ids);

-- name: end_commands(ids, xero_ids, reason)!
-- Done: what waits behind them may go.
WITH ended AS (
  UPDATE commands c SET state = 'done', cause = NULL, reason = :reason, finished_at = now(),
         xero_id = coalesce(v.xero_id, c.xero_id)
    FROM unnest((:ids)::bigint[], (:xero_ids)::text[]) AS v (id, xero_id)
   WHERE c.id = v.id RETURNING c.id)
UPDATE tickets SET open = false FROM ended WHERE tickets.command_id = ended.id;
