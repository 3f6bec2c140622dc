-- name: count_unpublished()$
-- Undecided events whose knock the broker has not confirmed yet, over all connections.
SELECT count(*)::int FROM events
 WHERE state = 'undecided' AND published_at IS NULL AND entity <> 'xero_contact';

-- name: connections()
-- Every connection: what waits for a decision and for how long (seconds), and what for a person.
SELECT c.name, coalesce(u.count, 0) AS undecided, coalesce(u.age, 0) AS undecided_age,
       coalesce(p.count, 0) AS parked, c.enabled::int AS enabled,
       (c.problem IS NOT NULL)::int
         + (SELECT count(*)::int FROM problems WHERE connection_id = c.id) AS problems
  FROM connections c
  LEFT JOIN (SELECT connection_id, count(*)::int AS count,
                    extract(epoch FROM now() - min(received_at))::float8 AS age
               FROM events WHERE state = 'undecided' GROUP BY 1) u ON u.connection_id = c.id
  LEFT JOIN (SELECT connection_id, count(*)::int AS count
               FROM events WHERE state = 'parked' GROUP BY 1) p ON p.connection_id = c.id
 WHERE c.deleted_at IS NULL;

-- name: ages()
-- The age of the oldest undecided event of each entity, in seconds.
SELECT entity, extract(epoch FROM now() - min(received_at))::float8 AS age
  FROM events WHERE state = 'undecided' GROUP BY entity;

-- name: parked_commands()
-- Parked commands of every connection, by the kind of their cause: the word before the colon.
SELECT c.name, coalesce(split_part(k.cause, ':', 1), 'unknown') AS cause_kind,
       count(*)::int AS count
  FROM commands k
  JOIN connections c ON c.id = k.connection_id
 WHERE k.state = 'parked'
 GROUP BY 1, 2;

-- name: drift()
-- What the newest comparison of each connection found, by entity and kind.
SELECT c.name, d.entity, d.kind, count(*)::int AS count
  FROM drift d
  JOIN connections c ON c.id = d.connection_id
 GROUP BY 1, 2, 3;

-- name: missed_webhooks()
-- Changes that only the sweep told, since ever, by module.
SELECT c.name, s.module, s.missed FROM sweeps s JOIN connections c ON c.id = s.connection_id
 WHERE c.deleted_at IS NULL;
