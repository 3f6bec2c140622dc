-- name: claim_due(job, every, daily_at, everyone, patience, most)
-- Connections for which a job is due, by the database's clock; the row says it once for all processes.
INSERT INTO schedules AS s (connection_id, job, busy_until)
SELECT c.id, :job, now() + make_interval(secs => :patience)
  FROM connections c
  LEFT JOIN schedules t ON t.connection_id = c.id AND t.job = :job
 WHERE (c.enabled OR :everyone) AND (t.busy_until IS NULL OR t.busy_until <= now())
   AND CASE WHEN (:daily_at)::time IS NULL
       THEN coalesce(t.started_at <= now() - make_interval(secs => :every), true)
       ELSE (now() AT TIME ZONE c.timezone)::time >= :daily_at
            AND coalesce(t.day < (now() AT TIME ZONE c.timezone)::date, true) END
 ORDER BY t.started_at NULLS FIRST LIMIT :most
ON CONFLICT (connection_id, job) DO UPDATE
   SET started_at = now(), busy_until = excluded.busy_until
 WHERE s.busy_until <= now()
   AND CASE WHEN (:daily_at)::time IS NULL
       THEN s.started_at <= now() - make_interval(secs => :every)
       ELSE coalesce(s.day < (SELECT (now() AT TIME ZONE c.timezone)::date
                                FROM connections c WHERE c.id = s.connection_id), true) END
RETURNING connection_id;

-- name: claim_now(job, connection_id, patience)$
-- A person wants it now, whether it is due or not; but never twice at once.
INSERT INTO schedules AS s (connection_id, job, busy_until)
VALUES (:connection_id, :job, now() + make_interval(secs => :patience))
ON CONFLICT (connection_id, job) DO UPDATE
   SET started_at = now(), busy_until = excluded.busy_until
 WHERE s.busy_until <= now()
RETURNING connection_id;

-- name: due(connection_id)^
-- For whom a run is, and which local day it is there.
SELECT id AS connection_id, name, timezone, (now() AT TIME ZONE timezone)::date AS day
  FROM connections WHERE id = :connection_id;

-- name: end_well(job, connection_id, day)!
-- The run did what it was for.
UPDATE schedules SET busy_until = now(), ended_at = now(), day = :day, problem = NULL
 WHERE connection_id = :connection_id AND job = :job;

-- name: end_badly(job, connection_id, again_in, problem)!
-- The run failed or was stopped: it is tried again, after a while.
UPDATE schedules SET busy_until = now() + make_interval(secs => :again_in),
       problem = :problem
 WHERE connection_id = :connection_id AND job = :job;
