-- name: renew_leases(holder, seconds)
-- The database's clock decides who speaks to an organisation.
UPDATE leases l SET expires_at = now() + make_interval(secs => :seconds)
  FROM connections c
 WHERE l.holder = :holder AND c.id = l.connection_id AND l.expires_at > now()
RETURNING l.connection_id, l.fence, l.organisation, c.name;

-- name: lock_leases()$
-- One process at a time takes leases, false while another does: two that take connections of one Xero
-- organisation at once would not see each other. Nobody waits for it, a frozen process may hold it.
SELECT pg_try_advisory_xact_lock(hashtextextended('leases', 0));

-- name: end_leases()!
-- What is over stays over: a renewal that is on its way comes too late, and can't bring an organisation
-- back that is taken below.
UPDATE leases SET expires_at = 'epoch' WHERE expires_at <= now() AND expires_at > 'epoch';

-- name: acquire_leases(holder, seconds, most, running, spoken)
-- Connections that nobody speaks for, and those of ours that no relay of ours runs for any more (the
-- database was away): those of the Xero organisations in `spoken`, and of at most `most` others; never one
-- whose organisation another process speaks to. The fence counts up so that a predecessor can't complete.
WITH free AS (
  SELECT c.id, o.organisation
    FROM connections c CROSS JOIN organisation(c.id) AS o (organisation)
    LEFT JOIN leases l ON l.connection_id = c.id
   WHERE c.enabled AND c.id <> ALL(:running)
     AND (l.connection_id IS NULL OR l.expires_at <= now() OR l.holder = :holder)
     AND NOT EXISTS (
           SELECT FROM leases s
            WHERE s.organisation = o.organisation AND s.holder <> :holder AND s.expires_at > now())),
others AS (
  SELECT organisation FROM free WHERE organisation <> ALL(:spoken)
   GROUP BY organisation ORDER BY min(id) LIMIT :most)
INSERT INTO leases (connection_id, holder, fence, expires_at, organisation)
SELECT id, :holder, 1, now() + make_interval(secs => :seconds), organisation
  FROM free
 WHERE organisation = ANY(:spoken) OR organisation IN (SELECT organisation FROM others)
 ORDER BY id
ON CONFLICT (connection_id) DO UPDATE
   SET holder = excluded.holder, fence = leases.fence + 1, expires_at = excluded.expires_at,
       organisation = excluded.organisation
 WHERE leases.expires_at <= now() OR leases.holder = excluded.holder
RETURNING connection_id, fence, organisation,
          (SELECT name FROM connections c WHERE c.id = connection_id) AS name;

-- name: share(holder, seconds)$
-- Say that this process lives; gives how many Xero organisations are its fair share of all that have work.
-- A process that was not seen for as long as a lease lasts is gone, and so are its leases.
WITH me AS (
  INSERT INTO speakers (holder) VALUES (:holder)
  ON CONFLICT (holder) DO UPDATE SET seen_at = now()),
gone AS (
  DELETE FROM speakers WHERE seen_at < now() - make_interval(secs => 10 * :seconds)),
others AS (
  SELECT count(*) AS count FROM speakers
   WHERE holder <> :holder AND seen_at > now() - make_interval(secs => :seconds)),
spoken AS (
  SELECT count(DISTINCT organisation(c.id)) AS count
    FROM connections c LEFT JOIN leases l ON l.connection_id = c.id
   WHERE c.enabled OR l.expires_at > now())
SELECT ceil(spoken.count::numeric / (others.count + 1))::int FROM others, spoken;

-- name: leave(holder)!
-- A process that stops leaves its share to the others at once.
WITH gone AS (DELETE FROM speakers WHERE holder = :holder)
SELECT pg_notify('connections', '');

-- name: release_lease(connection_id, holder)!
-- A process that stops, or has more than its share, lets another one go on at once.
WITH released AS (
  UPDATE leases SET expires_at = now()
   WHERE connection_id = :connection_id AND holder = :holder RETURNING connection_id)
SELECT pg_notify('connections', connection_id::text) FROM released;

-- name: holds_lease(connection_id, holder, fence)$
-- Completion is written only by the holder of the current fence.
SELECT EXISTS (
  SELECT FROM leases
   WHERE connection_id = :connection_id AND holder = :holder AND fence = :fence FOR SHARE);

-- name: notify(connection_id)$
-- A hint for whoever holds the connection's lease.
SELECT pg_notify('outbox', (:connection_id)::bigint::text);

-- name: take_over(connection_id)!
-- A new holder of the lease finds requests that its predecessor did not finish: nobody knows.
WITH orphans AS (
  UPDATE attempts SET outcome = 'ambiguous', message = 'the process ended before the answer came'
   WHERE connection_id = :connection_id AND outcome = 'unknown' RETURNING id)
UPDATE commands c SET state = 'ambiguous', reason = 'its outcome is being looked up in Xero'
  FROM attempt_members m JOIN orphans o ON o.id = m.attempt_id
 WHERE c.id = m.command_id AND c.state = 'sending';

-- name: recent_calls(connection_id)$
-- What the minute's limit of an organisation has already seen, for a process that takes it over.
SELECT coalesce(sum(sends), 0)::int FROM attempts
 WHERE connection_id IN (SELECT siblings(:connection_id)) AND system = 'xero'
   AND last_sent_at > now() - interval '61 seconds';

-- name: gauges(connection_id)
-- Open commands by state.
SELECT state, count(*)::int AS count
  FROM commands
 WHERE connection_id = :connection_id AND state IN ('pending', 'sending', 'ambiguous', 'parked')
 GROUP BY state;
