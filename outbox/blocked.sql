-- name: standing(connection_id)^
-- Whether anything may be sent at all, and how much is open, by state.
SELECT c.enabled, c.problem, c.paused_until,
       coalesce((SELECT jsonb_object_agg(state, count)
                   FROM (SELECT state, count(*) AS count FROM commands
                          WHERE connection_id = c.id
                            AND state IN ('pending', 'sending', 'ambiguous', 'parked')
                          GROUP BY state) AS counted), '{}') AS open
  FROM connections c WHERE c.id = :connection_id;

-- name: roots(connection_id, most)
-- Every cause once, with all that it holds back, however far behind. It walks forward from what stands
-- still, by tickets and by needs that have no link yet; what is behind two causes is under both. `held`, the same in
-- every row, counts what waits for a person at all, by kind.
WITH RECURSIVE
held_by_event AS (
  SELECT DISTINCT e.id AS event_id, e.state, e.reason, mine.command_id
    FROM events e
    JOIN tickets mine ON mine.connection_id = e.connection_id AND mine.open
     AND mine.document = ANY (e.touches)
    JOIN commands c ON c.id = mine.command_id AND c.event_id > e.id
   WHERE e.connection_id = :connection_id AND e.state IN ('undecided', 'parked')),
start AS (
  SELECT coalesce(cause, 'unknown') AS cause, coalesce(reason, 'for a reason that was not kept') AS reason,
         id AS command_id, NULL::bigint AS event_id
    FROM commands WHERE connection_id = :connection_id AND state = 'parked'
  UNION ALL
  SELECT 'unclear', 'Xero gave no clear answer: it is being asked what became of it.', id, NULL
    FROM commands WHERE connection_id = :connection_id AND state = 'ambiguous'
  UNION ALL
  SELECT 'event:' || state,
         CASE state WHEN 'parked' THEN 'An earlier event of the same document can''t be decided: '
                         || coalesce(reason, 'see the event')
                    ELSE 'Earlier events of the same documents are not decided yet.' END,
         command_id, event_id
    FROM held_by_event
  UNION ALL
  SELECT 'missing:' || key,
         'Xero does not hold ' || key || ', and nothing on its way would put it there: it was skipped,'
         || ' withheld, or is not known yet. Export it, or skip what needs it.',
         command_id, NULL
    FROM unmade WHERE connection_id = :connection_id),
root AS (SELECT cause, reason, row_number() OVER (ORDER BY min(command_id), cause, reason) AS root
           FROM start GROUP BY cause, reason),
behind AS (
  SELECT root.root, start.command_id FROM start JOIN root USING (cause, reason)
  UNION
  SELECT b.root, next.command_id
    FROM behind b
   CROSS JOIN LATERAL (
         SELECT later.command_id
           FROM tickets mine
           JOIN tickets later ON later.connection_id = mine.connection_id AND later.open
            AND later.document = mine.document AND later.position > mine.position
          WHERE mine.command_id = b.command_id AND mine.open
         UNION ALL
         SELECT n.command_id
           FROM commands maker
           JOIN needs n ON n.connection_id = maker.connection_id AND n.key = maker.key
          WHERE maker.id = b.command_id AND maker.kind ~ '[.](put|create)$'
            AND NOT EXISTS (SELECT FROM links l
                             WHERE l.connection_id = n.connection_id AND l.key = n.key)) AS next
    JOIN commands c ON c.id = next.command_id AND c.state IN ('pending', 'parked')),
stopped AS (
  SELECT root.root, array_agg(DISTINCT start.event_id) FILTER (WHERE start.event_id IS NOT NULL) AS events,
         array_agg(DISTINCT c.id) FILTER (WHERE c.state IN ('parked', 'ambiguous')
                                            AND start.event_id IS NULL
                                            AND start.cause NOT LIKE 'missing:%') AS ids
    FROM start JOIN root USING (cause, reason) JOIN commands c ON c.id = start.command_id
   GROUP BY root.root),
queue AS (
  SELECT b.root, count(*)::int AS waiting, (array_agg(c.id ORDER BY c.id))[1:(:most)::int] AS ids
    FROM behind b JOIN commands c ON c.id = b.command_id AND c.state = 'pending'
   GROUP BY b.root),
held AS (
  SELECT c.kind, count(DISTINCT c.id)::int AS count
    FROM behind b JOIN root USING (root) JOIN commands c ON c.id = b.command_id
   WHERE c.state = 'pending' AND root.cause NOT IN ('unclear', 'event:undecided')
   GROUP BY c.kind)
SELECT root.cause, root.reason, coalesce(s.ids[1:(:most)::int], '{}') AS parked,
       coalesce(cardinality(s.ids), 0) AS parked_count, coalesce(s.events, '{}') AS events,
       coalesce(q.waiting, 0) AS waiting, coalesce(q.ids, '{}') AS waits,
       (SELECT jsonb_object_agg(kind, count) FROM held) AS held
  FROM root JOIN stopped s USING (root) LEFT JOIN queue q USING (root)
 ORDER BY root.root;

-- name: held(connection_id, ids)
-- Commands as people recognise them: by document, number and amount.
SELECT c.id, c.kind, c.entity, c.zoho_id, coalesce(c.expected ->> 'number', d.number) AS number,
       coalesce(c.expected ->> 'currency', d.snapshot ->> 'currency_code') AS currency,
       coalesce(c.expected ->> 'total', c.expected ->> 'amount', d.snapshot ->> 'total') AS amount,
       c.state, c.created_at
  FROM commands c
  LEFT JOIN documents d ON d.connection_id = c.connection_id AND d.entity = c.entity
   AND d.zoho_id = c.zoho_id
 WHERE c.connection_id = :connection_id AND c.id = ANY (:ids);
