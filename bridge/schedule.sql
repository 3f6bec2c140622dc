-- name: claim_due(job, every, daily_at, everyone, hold, most)
-- Connections for which a job is due, by the database's clock, or asked for, or begun and not ended well; the
-- row says it once for all processes.
INSERT INTO schedules AS s (connection_id, job, busy_until, progress)
SELECT c.id, :job, now() + make_interval(secs => :hold), ''
  FROM connections c
  LEFT JOIN schedules t ON t.connection_id = c.id AND t.job = :job
 WHERE (c.enabled OR :everyone) AND (t.busy_until IS NULL OR t.busy_until <= now())
   AND CASE WHEN t.asked_at IS NOT NULL THEN true
       WHEN (:daily_at)::time IS NULL
       THEN coalesce(t.started_at <= now() - make_interval(secs => :every)
                     OR t.ended_at < t.started_at, true)
       ELSE (now() AT TIME ZONE c.timezone)::time >= :daily_at
            AND coalesce(t.day < (now() AT TIME ZONE c.timezone)::date, true) END
 ORDER BY t.asked_at, t.started_at NULLS FIRST LIMIT :most
ON CONFLICT (connection_id, job) DO UPDATE
   SET started_at = now(), busy_until = excluded.busy_until, progress = ''
 WHERE s.busy_until <= now()
   AND CASE WHEN s.asked_at IS NOT NULL THEN true
       WHEN (:daily_at)::time IS NULL
       THEN coalesce(s.started_at <= now() - make_interval(secs => :every)
                     OR s.ended_at < s.started_at, true)
       ELSE coalesce(s.day < (SELECT (now() AT TIME ZONE c.timezone)::date
                                FROM connections c WHERE c.id = s.connection_id), true) END
RETURNING connection_id, started_at;

-- name: claim_now(job, connection_id, hold)$
-- A person wants it now, whether it is due or not, or failed a moment ago; but never twice at once.
INSERT INTO schedules AS s (connection_id, job, busy_until, progress)
VALUES (:connection_id, :job, now() + make_interval(secs => :hold), '')
ON CONFLICT (connection_id, job) DO UPDATE
   SET started_at = now(), busy_until = excluded.busy_until, progress = ''
 WHERE s.busy_until <= now() OR (s.progress IS NULL AND s.problem IS NOT NULL)
RETURNING started_at;

-- name: renew(job, connection_id, started_at, hold)$
-- The process that runs it lives; null when the run has passed on. What is over stays over: another one may
-- be about to begin it.
UPDATE schedules SET busy_until = now() + make_interval(secs => :hold)
 WHERE connection_id = :connection_id AND job = :job AND started_at = :started_at
   AND busy_until > now()
RETURNING busy_until;

-- name: ask(job, connection_id, actor)$
-- A person wants it soon, due or not, and whatever failed before; null when it runs or is asked for.
INSERT INTO schedules AS s (connection_id, job, busy_until, asked_at, asked_by)
VALUES (:connection_id, :job, now(), now(), :actor)
ON CONFLICT (connection_id, job) DO UPDATE
   SET busy_until = now(), asked_at = excluded.asked_at, asked_by = excluded.asked_by
 WHERE s.asked_at IS NULL AND (s.progress IS NULL OR s.busy_until <= now())
RETURNING connection_id;

-- name: tell(job, connection_id, progress)!
-- How far the run is.
UPDATE schedules SET progress = :progress
 WHERE connection_id = :connection_id AND job = :job AND progress IS NOT NULL;

-- name: standing(job, connection_id)^
-- Who asked for it, how far a run of it is that lasts, and why the last one failed.
SELECT asked_at, asked_by, started_at, CASE WHEN busy_until > now() THEN progress END AS progress,
       problem
  FROM schedules WHERE connection_id = :connection_id AND job = :job;

-- name: due(job, connection_id)^
-- For whom a run is, which local day it is there, and whether a person asked for it.
SELECT c.id AS connection_id, c.name, c.timezone, (now() AT TIME ZONE c.timezone)::date AS day,
       s.asked_at IS NOT NULL AS asked
  FROM connections c JOIN schedules s ON s.connection_id = c.id AND s.job = :job
 WHERE c.id = :connection_id;

-- name: end_well(job, connection_id, started_at, day)!
-- The run did what it was for, unless it has passed on. One that was asked for does not stand for that of the day.
UPDATE schedules SET busy_until = now(), ended_at = now(), problem = NULL, progress = NULL,
       day = CASE WHEN asked_at IS NULL THEN (:day)::date ELSE day END,
       asked_at = NULL, asked_by = NULL
 WHERE connection_id = :connection_id AND job = :job AND started_at = :started_at;

-- name: end_badly(job, connection_id, started_at, again_in, problem)!
-- The run failed or was stopped: it is tried again, after a while. Whoever asked for one that failed
-- is told so, and may ask again; one that was stopped is still asked for.
UPDATE schedules SET busy_until = now() + make_interval(secs => :again_in),
       problem = :problem, progress = NULL,
       asked_at = CASE WHEN (:again_in)::float8 = 0 THEN asked_at END,
       asked_by = CASE WHEN (:again_in)::float8 = 0 THEN asked_by END
 WHERE connection_id = :connection_id AND job = :job AND started_at = :started_at;
