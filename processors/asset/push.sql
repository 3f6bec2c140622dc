-- name: lock(connection_id)$
-- One push of a connection at a time: each must see the journals of those before it.
SELECT pg_advisory_xact_lock(hashtextextended('asset_value:' || (:connection_id)::bigint, 0));

-- name: journal_of(connection_id, zoho_id)^
-- The day's journal that was posted or is on its way, if there is one; also one that was posted and then
-- voided in Xero by hand.
SELECT id, state, xero_id FROM commands
 WHERE connection_id = :connection_id AND entity = 'asset_value' AND zoho_id = :zoho_id
   AND (state IN ('pending', 'sending', 'ambiguous', 'done')
        OR state = 'superseded' AND xero_id IS NOT NULL)
 ORDER BY id DESC LIMIT 1;

-- name: take_back(connection_id, xero_id, fingerprint, request_id, reason)$
-- A journal of ours that a person has voided in Xero moves nothing any more. Its day keeps that it was
-- posted, and says so; null where it is none that counts.
WITH voided AS (
  UPDATE commands SET state = 'superseded', reason = :reason
   WHERE connection_id = :connection_id AND kind = 'journal.create' AND state = 'done'
     AND xero_id = :xero_id
  RETURNING zoho_id, key),
event AS (
  INSERT INTO events (connection_id, entity, zoho_id, trigger, source, touches, fingerprint, salt,
                      content_type, body, request_id, state, decided_at)
  SELECT :connection_id, 'asset_value', zoho_id, 'deleted', 'xero', ARRAY['asset_value:' || zoho_id],
         :fingerprint, 0, 'application/json', '{}', :request_id, 'decided', now()
    FROM voided
  RETURNING id, zoho_id),
decision AS (
  INSERT INTO decisions (connection_id, event_id, entity, zoho_id, action, key, outcome, code, reason)
  SELECT :connection_id, id, 'asset_value', zoho_id, 'C6', 'journal:' || zoho_id, 'withheld',
         'voided_in_xero', :reason FROM event),
link AS (
  DELETE FROM links l USING voided v WHERE l.connection_id = :connection_id AND l.key = v.key)
SELECT zoho_id FROM event;

-- name: set_aside(connection_id, reason)
-- Journals that Xero refused: what they were to move is part of the new difference.
WITH refused AS (
  UPDATE commands SET state = 'superseded', reason = :reason, finished_at = now()
   WHERE connection_id = :connection_id AND kind = 'journal.create' AND state = 'parked'
  RETURNING id, zoho_id),
closed AS (UPDATE tickets SET open = false FROM refused WHERE tickets.command_id = refused.id)
SELECT zoho_id FROM refused ORDER BY zoho_id;

-- name: last_posted(connection_id)$
-- When Xero took our last journal, or null.
SELECT max(finished_at) FROM commands
 WHERE connection_id = :connection_id AND kind = 'journal.create' AND state = 'done';

-- name: adopt(connection_id, zoho_id, xero_id, expected, touches, fingerprint, request_id, reason)$
-- A journal that Xero holds and nobody here knows of, since the database came back from a copy or the
-- connection was made anew: it counts as what it is. One that is known, or under way, is left alone.
WITH unknown AS (
  SELECT 1 WHERE NOT EXISTS (
    SELECT FROM commands
     WHERE connection_id = :connection_id AND kind = 'journal.create'
       AND (xero_id = :xero_id OR (zoho_id = :zoho_id AND state NOT IN ('superseded', 'skipped'))))),
event AS (
  INSERT INTO events (connection_id, entity, zoho_id, trigger, source, touches, fingerprint, salt,
                      content_type, body, request_id, state, decided_at)
  SELECT :connection_id, 'asset_value', :zoho_id, 'created', 'schedule', :touches, :fingerprint,
         (SELECT count(*) FROM events
           WHERE connection_id = :connection_id AND entity = 'asset_value' AND zoho_id = :zoho_id),
         'application/json', '{}', :request_id, 'decided', now()
    FROM unknown
  RETURNING id),
decision AS (
  INSERT INTO decisions (connection_id, event_id, entity, zoho_id, action, key, outcome, code, reason)
  SELECT :connection_id, id, 'asset_value', :zoho_id, 'C6', 'journal:' || :zoho_id, 'applied',
         'adopted', :reason FROM event),
command AS (
  INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body, expected,
                        state, reason, request_id, xero_id, finished_at)
  SELECT :connection_id, id, 'asset_value', :zoho_id, 'C6', 'journal.create',
         'journal:' || :zoho_id, '{}', :expected, 'done', :reason, :request_id, :xero_id, now()
    FROM event),
link AS (
  INSERT INTO links (connection_id, key, xero_id)
  SELECT :connection_id, 'journal:' || :zoho_id, :xero_id FROM event
  ON CONFLICT (connection_id, key) DO NOTHING)
SELECT count(*)::int FROM event;

-- name: held(connection_id)
-- What our journals have put on each account, those on their way counted.
SELECT substr(moved.key, length('moved:') + 1) AS account, sum(moved.value::numeric) AS amount
  FROM commands c, jsonb_each_text(c.expected) AS moved
 WHERE c.connection_id = :connection_id AND c.kind = 'journal.create'
   AND c.state IN ('pending', 'sending', 'ambiguous', 'done') AND moved.key LIKE 'moved:%'
 GROUP BY 1;

-- name: add_event(connection_id, zoho_id, touches, fingerprint, body, request_id)$
-- The valuation as Zoho gave it; a day may be valued several times, until its journal is posted.
INSERT INTO events (connection_id, entity, zoho_id, trigger, source, touches, fingerprint, salt,
                    content_type, body, request_id, state, decided_at)
SELECT :connection_id, 'asset_value', :zoho_id, 'created', 'schedule', :touches, :fingerprint,
       (SELECT count(*) FROM events
         WHERE connection_id = :connection_id AND entity = 'asset_value' AND zoho_id = :zoho_id),
       'application/json', :body, :request_id, 'decided', now()
RETURNING id;

-- name: note_day(connection_id, zoho_id, day, snapshot)!
-- What the day's value was, for whoever looks the day up.
INSERT INTO documents (connection_id, entity, zoho_id, number, day, snapshot)
VALUES (:connection_id, 'asset_value', :zoho_id, :zoho_id, :day, :snapshot)
ON CONFLICT (connection_id, entity, zoho_id)
   DO UPDATE SET snapshot = excluded.snapshot, updated_at = now();
