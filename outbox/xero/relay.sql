-- name: look_around(connection_id, busy)^
-- What stands in the way of sending: being disabled, seconds of pause (ended at once when the connection
-- is applied anew), whether requests are unclear, and the minute's calls that readers of the organisation
-- took beside us. `stirring`: something may go that is not `busy`, as it was not yet found waiting, or
-- something has moved since. `due`: when a command that was put off may go, in seconds from now; one that
-- just became due counts too, and null is never.
SELECT c.enabled, coalesce(greatest(extract(epoch FROM c.paused_until - now()), 0), 0)::float8 AS paused,
       EXISTS (SELECT FROM attempts a
                WHERE a.connection_id = c.id AND a.system = 'xero'
                  AND a.outcome = 'ambiguous') AS unclear,
       (SELECT count(*)::int FROM xero_reads r
         WHERE r.connection_id IN (SELECT siblings(c.id))
           AND r.at > now() - interval '61 seconds') AS reads,
       EXISTS (SELECT FROM commands k
                WHERE k.connection_id = c.id AND k.system = 'xero' AND k.state = 'pending'
                  AND NOT k.asleep AND k.not_before <= now() AND k.id <> ALL(:busy))
       OR EXISTS (SELECT FROM wakeups w WHERE w.connection_id = c.id)
          AND EXISTS (SELECT FROM commands k
                       WHERE k.connection_id = c.id AND k.system = 'xero' AND k.state = 'pending'
                         AND k.asleep) AS stirring,
       (SELECT greatest(extract(epoch FROM min(k.not_before) - now()), 0)::float8
          FROM commands k
         WHERE k.connection_id = c.id AND k.system = 'xero' AND k.state = 'pending' AND k.failures > 0
           AND k.not_before > now() - interval '1 second' AND k.not_before > k.created_at
        HAVING min(k.not_before) IS NOT NULL) AS due
  FROM connections c WHERE c.id = :connection_id;

-- name: waited(ids)
-- How long the events behind these commands have been with us, in seconds.
SELECT extract(epoch FROM clock_timestamp() - e.received_at)::float8 AS seconds
  FROM commands c JOIN events e ON e.id = c.event_id WHERE c.id = ANY(:ids);
