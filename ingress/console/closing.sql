-- name: sums(connection_id, since, until)
-- How many documents of a period stand how, and what they come to, by kind and currency. The states are
-- document_state's, from what is open and what was stored when each was decided. What is void or deleted
-- in Zoho and through has no place in the books: `gone`. Of a payment that is used in part, `used` is in
-- Xero though it counts as withheld for the rest. The month's documents are found in the index of the list.
WITH open AS (
  SELECT entity, zoho_id, min(rank) AS rank
    FROM (SELECT entity, zoho_id, CASE state WHEN 'held' THEN 1 WHEN 'parked' THEN 2 ELSE 3 END AS rank
            FROM events
           WHERE connection_id = :connection_id AND state IN ('undecided', 'held', 'parked')
          UNION ALL
          SELECT entity, zoho_id, CASE state WHEN 'parked' THEN 2 ELSE 3 END
            FROM commands
           WHERE connection_id = :connection_id
             AND state IN ('pending', 'sending', 'ambiguous', 'parked')) AS each
   GROUP BY entity, zoho_id),
month AS MATERIALIZED (
  SELECT entity, zoho_id FROM documents
   WHERE connection_id = :connection_id AND newest_event_id IS NOT NULL
     AND day BETWEEN :since AND :until)
SELECT d.entity, d.currency, s.state, count(*)::int AS count, sum(d.total) AS total,
       sum(CASE WHEN s.state = 'withheld' AND w.code = 'unused_amount'
                THEN d.total - (d.snapshot ->> 'unused_amount')::numeric END) AS used
  FROM month m
  JOIN documents d ON d.connection_id = :connection_id AND d.entity = m.entity
   AND d.zoho_id = m.zoho_id
  LEFT JOIN open o ON o.entity = d.entity AND o.zoho_id = d.zoho_id
 CROSS JOIN LATERAL (
       SELECT coalesce((ARRAY['held', 'parked', 'waiting'])[o.rank],
                       CASE WHEN d.deleted OR d.snapshot ->> 'status' = 'void' THEN 'gone'
                            ELSE d.outcome END) AS state) AS s
  LEFT JOIN LATERAL (
       SELECT x.code FROM decisions x
        WHERE x.connection_id = d.connection_id AND x.entity = d.entity AND x.zoho_id = d.zoho_id
          AND x.outcome = 'withheld' AND s.state = 'withheld'
        ORDER BY x.event_id DESC, x.id LIMIT 1) AS w ON true
 WHERE s.state IS NOT NULL
 GROUP BY d.entity, d.currency, s.state
 ORDER BY d.entity, d.currency, s.state;

-- name: withheld(connection_id, since, until)
-- What of a period is kept from Xero, by its reason: what comes first of the newest decision. Of a
-- payment that is not wholly used only the rest is. What is still open is not counted yet.
-- Of those that are in Xero, it is the last change that is kept from it.
SELECT w.code, d.entity, d.currency, count(*)::int AS count, min(w.reason) AS reason,
       count(l.key)::int AS in_xero,
       sum(CASE w.code WHEN 'unused_amount' THEN (d.snapshot ->> 'unused_amount')::numeric
                       ELSE d.total END) AS total
  FROM documents d
  LEFT JOIN links l ON l.connection_id = d.connection_id AND l.key = d.entity || ':' || d.zoho_id
 CROSS JOIN LATERAL (
       SELECT coalesce(x.code, '') AS code, x.reason FROM decisions x
        WHERE x.connection_id = d.connection_id AND x.entity = d.entity AND x.zoho_id = d.zoho_id
          AND x.outcome = 'withheld'
        ORDER BY x.event_id DESC, x.id LIMIT 1) AS w
 WHERE d.connection_id = :connection_id AND d.outcome = 'withheld'
   AND d.day BETWEEN :since AND :until
   AND NOT d.deleted AND d.snapshot ->> 'status' IS DISTINCT FROM 'void'
   AND document_state(d.connection_id, d.entity, d.zoho_id) = 'withheld'
 GROUP BY w.code, d.entity, d.currency
 ORDER BY w.code, d.entity, d.currency;

-- name: apart(connection_id, since, until, parked)^
-- What differed of a period when both sides were last compared, but for what is told as parked; what only Xero has, and what can't be
-- decided as it does not read, is of no period.
SELECT (SELECT count(*)::int FROM drift r JOIN documents d ON d.connection_id = r.connection_id
           AND d.entity = r.entity AND d.zoho_id = r.zoho_id
         WHERE r.connection_id = :connection_id AND d.day BETWEEN :since AND :until
           AND NOT starts_with(r.difference ->> 'reason', :parked)) AS differing,
       (SELECT count(*)::int FROM drift r
         WHERE r.connection_id = :connection_id
           AND NOT starts_with(r.difference ->> 'reason', :parked)
           AND NOT EXISTS (SELECT FROM documents d
                            WHERE d.connection_id = r.connection_id AND d.entity = r.entity
                              AND d.zoho_id = r.zoho_id AND d.day IS NOT NULL)) AS undated,
       (SELECT count(*)::int FROM events e
         WHERE e.connection_id = :connection_id AND e.state = 'parked'
           AND NOT EXISTS (SELECT FROM documents d
                            WHERE d.connection_id = e.connection_id AND d.entity = e.entity
                              AND d.zoho_id = e.zoho_id AND d.day IS NOT NULL)) AS unreadable;
