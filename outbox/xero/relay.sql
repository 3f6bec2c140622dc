-- name: look_around(connection_id)^
-- What stands in the way of sending: being disabled, seconds of pause (ended at once when the connection
-- is applied anew), whether requests are unclear, and the minute's calls that readers of the organisation
-- took beside us.
SELECT c.enabled, coalesce(greatest(extract(epoch FROM c.paused_until - now()), 0), 0)::float8 AS paused,
       EXISTS (SELECT FROM attempts a
                WHERE a.connection_id = c.id AND a.system = 'xero'
                  AND a.outcome = 'ambiguous') AS unclear,
       (SELECT count(*)::int FROM xero_reads r
         WHERE r.connection_id IN (SELECT siblings(c.id))
           AND r.at > now() - interval '61 seconds') AS reads
  FROM connections c WHERE c.id = :connection_id;

-- name: waited(ids)
-- How long the events behind these commands have been with us, in seconds.
SELECT extract(epoch FROM clock_timestamp() - e.received_at)::float8 AS seconds
  FROM commands c JOIN events e ON e.id = c.event_id WHERE c.id = ANY(:ids);
