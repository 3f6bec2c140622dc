-- name: connections()
-- Every connection with how much of it is open, for the first page.
SELECT c.name, c.organization_id, c.enabled, c.problem, c.paused_until, c.cutover, c.timezone,
       (SELECT count(DISTINCT (entity, zoho_id))::int FROM commands
         WHERE connection_id = c.id AND state IN ('pending', 'sending', 'ambiguous')) AS waiting,
       (SELECT count(DISTINCT (entity, zoho_id))::int FROM commands
         WHERE connection_id = c.id AND state = 'parked')
       + (SELECT count(*)::int FROM events
           WHERE connection_id = c.id AND state = 'parked') AS parked,
       (SELECT count(*)::int FROM problems p WHERE p.connection_id = c.id) AS problems,
       (SELECT max(finished_at) FROM commands WHERE connection_id = c.id AND state = 'done') AS synced_at
  FROM connections c
 WHERE c.deleted_at IS NULL
 ORDER BY c.name;

-- name: trail(name, before, most)
-- The audit, newest first; `before` is the last id already seen.
SELECT id, at, actor, action, connection, before, after, detail
  FROM audit
 WHERE ((:name)::text IS NULL OR connection = :name)
   AND ((:before)::bigint IS NULL OR id < :before)
 ORDER BY id DESC LIMIT :most;

-- name: figures(connection_id, since)^
-- How a connection stands; `since` is the beginning of the organisation's day. All from partial indexes.
SELECT (SELECT count(*)::int FROM commands
         WHERE connection_id = :connection_id AND state = 'done' AND finished_at >= :since) AS synced,
       (SELECT count(DISTINCT (entity, zoho_id))::int FROM commands
         WHERE connection_id = :connection_id AND state IN ('pending', 'sending')) AS waiting,
       (SELECT count(*)::int FROM commands
         WHERE connection_id = :connection_id AND state = 'ambiguous') AS ambiguous,
       (SELECT count(DISTINCT (entity, zoho_id))::int FROM commands
         WHERE connection_id = :connection_id AND state = 'parked') AS parked,
       (SELECT count(*)::int FROM events
         WHERE connection_id = :connection_id AND state = 'parked') AS unreadable,
       (SELECT count(*)::int FROM events
         WHERE connection_id = :connection_id AND state = 'undecided') AS undecided,
       (SELECT count(*)::int FROM events
         WHERE connection_id = :connection_id AND state = 'held') AS held,
       (SELECT count(*)::int FROM documents
         WHERE connection_id = :connection_id AND outcome = 'withheld') AS withheld,
       (SELECT min(created_at) FROM commands
         WHERE connection_id = :connection_id AND state IN ('pending', 'sending', 'ambiguous')) AS oldest;

-- name: journey_times(connection_id, most)^
-- From a webhook's arrival to Xero's yes, over the last changes of these two days.
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS half,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY seconds) AS most,
       count(*)::int AS count
  FROM (SELECT extract(epoch FROM c.finished_at - e.received_at)::float8 AS seconds
          FROM (SELECT event_id, finished_at FROM commands
                 WHERE connection_id = :connection_id AND state = 'done'
                   AND finished_at > now() - interval '2 days'
                 ORDER BY finished_at DESC LIMIT :most) AS c
          JOIN events e ON e.id = c.event_id) AS journeys;

-- name: not_yet(connection_id)
-- Money that Zoho knows and Xero not yet: documents with a change on its way or parked, by currency.
SELECT d.currency, sum(d.total) AS total, count(*)::int AS count
  FROM (SELECT DISTINCT entity, zoho_id FROM commands
         WHERE connection_id = :connection_id
           AND state IN ('pending', 'sending', 'ambiguous', 'parked')) AS o
  JOIN documents d ON d.connection_id = :connection_id AND d.entity = o.entity
   AND d.zoho_id = o.zoho_id
 WHERE d.total IS NOT NULL AND d.currency IS NOT NULL
 GROUP BY d.currency ORDER BY sum(d.total) DESC;

-- name: by_time(connection_id, unit, since, timezone)
-- What reached Xero, by the organisation's hours or days.
SELECT date_trunc((:unit)::text, finished_at AT TIME ZONE (:timezone)::text) AS at,
       count(*)::int AS count
  FROM commands
 WHERE connection_id = :connection_id AND state = 'done' AND finished_at >= :since
 GROUP BY 1 ORDER BY 1;

-- name: pulse(connection_id)$
-- Changes whenever a page of the connection would: what is open, and what was done last.
SELECT concat_ws('/',
  (SELECT max(newest_event_id) FROM documents
    WHERE connection_id = :connection_id AND newest_event_id IS NOT NULL),
  (SELECT max(finished_at) FROM commands WHERE connection_id = :connection_id AND state = 'done'),
  (SELECT count(*) || '.' || coalesce(max(id), 0) FROM events
    WHERE connection_id = :connection_id AND state = 'undecided'),
  (SELECT string_agg(state || count, ',' ORDER BY state) FROM (
     SELECT state, count(*) FROM commands WHERE connection_id = :connection_id
        AND state IN ('pending', 'sending', 'ambiguous', 'parked') GROUP BY state) AS open),
  (SELECT c.enabled || coalesce(c.problem, '') || c.updated_at FROM connections c
    WHERE c.id = :connection_id),
  (SELECT string_agg(code, ',' ORDER BY code) FROM problems
    WHERE connection_id = :connection_id),
  (SELECT concat_ws('.', asked_at, progress, ended_at, problem) FROM schedules
    WHERE connection_id = :connection_id AND job = 'drift'));

-- name: versions(connection_id, entity, zoho_id, ids)
-- What Zoho said with these events, as it came.
SELECT id, content_type, body FROM events
 WHERE connection_id = :connection_id AND entity = :entity AND zoho_id = :zoho_id
   AND id = ANY(:ids)
 ORDER BY id;

-- name: said(connection_id, entity, zoho_id)^
-- The document's newest version, as it was understood.
SELECT d.number, d.day, d.contact, d.total, d.currency, d.snapshot, d.deleted,
       CASE WHEN d.entity = 'contact' THEN d.used END AS used
  FROM documents d
 WHERE d.connection_id = :connection_id AND d.entity = :entity AND d.zoho_id = :zoho_id;

-- name: asked(connection_id, ids)
-- What these commands ask of Xero: the body, how much it is about, and which other documents it touches.
SELECT c.id, c.body, coalesce(c.expected ->> 'total', c.expected ->> 'amount') AS amount,
       ARRAY(SELECT t.document FROM tickets t
              WHERE t.connection_id = c.connection_id AND t.command_id = c.id
                AND t.document <> c.entity || ':' || c.zoho_id AND t.document NOT LIKE 'contact:%'
              ORDER BY t.document) AS others
  FROM commands c WHERE c.connection_id = :connection_id AND c.id = ANY(:ids);

-- name: origins(connection_id, ids)
-- Whose events these are.
SELECT id, entity || ':' || zoho_id AS document FROM events
 WHERE connection_id = :connection_id AND id = ANY(:ids);

-- name: numbers(connection_id, entities, zoho_ids)
-- What people call these documents.
SELECT d.entity || ':' || d.zoho_id AS document, d.number
  FROM unnest((:entities)::text[], (:zoho_ids)::text[]) AS w (entity, zoho_id)
  JOIN documents d ON d.connection_id = :connection_id AND d.entity = w.entity
   AND d.zoho_id = w.zoho_id
 WHERE d.number <> '';

-- name: unreadable(connection_id)
-- Events that can't be decided: each waits for its reader.
SELECT id, entity, zoho_id, reason, received_at FROM events
 WHERE connection_id = :connection_id AND state = 'parked' ORDER BY id LIMIT 100;

-- name: calls_left(connection_id)$
-- What Xero's headers said is left of the day, while the day can't have turned since.
SELECT day_left FROM xero_budget(:connection_id)
 WHERE day_known_until IS NULL OR day_known_until > now();

-- name: unmapped(connection_id)
-- Zoho taxes that documents wait for.
SELECT DISTINCT split_part(cause, ':', 2) AS zoho_id FROM commands
 WHERE connection_id = :connection_id AND state = 'parked' AND cause LIKE 'tax:%'
 ORDER BY 1;

-- name: installed(connection_id)^
-- Who set the webhooks up in Zoho last, and when.
SELECT actor, at FROM audit
 WHERE connection_id = :connection_id AND action = 'zoho.webhooks_installed'
 ORDER BY id DESC LIMIT 1;
