-- name: ask(connection_id, actor)$
-- One import of a connection at a time; null when one is under way.
INSERT INTO imports (connection_id, actor) VALUES (:connection_id, :actor)
ON CONFLICT (connection_id) WHERE state IN ('waiting', 'running') DO NOTHING
RETURNING id;

-- name: newest(connection_id)^
-- The last import that was asked for.
SELECT id, actor, state, step, problem, asked_at, ended_at FROM imports
 WHERE connection_id = :connection_id ORDER BY id DESC LIMIT 1;

-- name: open(connection_id)^
-- The import that waits or was broken off.
SELECT id, actor, state FROM imports
 WHERE connection_id = :connection_id AND state IN ('waiting', 'running');

-- name: wants_first(connection_id)$
-- Whether a connection that both systems let into was never imported into.
SELECT EXISTS (SELECT FROM secrets s WHERE s.connection_id = :connection_id
                  AND s.name = 'zoho.refresh_token')
   AND EXISTS (SELECT FROM grants g WHERE g.connection_id = :connection_id AND g.system = 'xero'
                  AND g.sealed IS NOT NULL AND g.problem IS NULL)
   AND NOT EXISTS (SELECT FROM imports i WHERE i.connection_id = :connection_id);

-- name: step(import_id, step)!
-- What it is at.
UPDATE imports SET state = 'running', step = :step WHERE id = :import_id;

-- name: finish(import_id, state, problem)!
-- It is over, well or not.
UPDATE imports SET state = :state, problem = :problem, step = '', ended_at = now()
 WHERE id = :import_id;

-- name: add_item(import_id, connection_id, kind, xero_id, name, outcome, reason)!
-- What became of one thing; begun again, an import says it anew.
INSERT INTO import_items (import_id, connection_id, kind, xero_id, name, outcome, reason)
VALUES (:import_id, :connection_id, :kind, :xero_id, :name, :outcome, :reason)
ON CONFLICT (import_id, kind, xero_id) DO UPDATE
   SET name = excluded.name, outcome = coalesce(import_items.outcome, excluded.outcome),
       reason = coalesce(import_items.reason, excluded.reason);

-- name: known_accounts(connection_id)$
-- What the imports so far have found: Zoho account id -> Xero account.
SELECT imported_accounts FROM connections WHERE id = :connection_id;

-- name: map_accounts(connection_id, accounts)!
-- What the import has found, from now on in use.
UPDATE connections SET imported_accounts = :accounts, updated_at = now() WHERE id = :connection_id;

-- name: items(import_id, connection_id)
-- What became of each thing. A contact's command tells what it came to: made, found there, or refused.
SELECT i.kind, i.name, i.xero_id,
       coalesce(i.outcome, CASE c.state
         WHEN 'done' THEN CASE WHEN c.reason IS NULL THEN 'created' ELSE 'matched' END
         WHEN 'parked' THEN 'refused'
         WHEN 'skipped' THEN 'refused'
         ELSE 'waiting' END) AS outcome,
       coalesce(i.reason, CASE WHEN c.state <> 'done' THEN c.reason END) AS reason
  FROM import_items i
  LEFT JOIN LATERAL (
       SELECT k.state, k.reason FROM commands k
        WHERE k.connection_id = i.connection_id
          AND k.key = 'zoho_contact:' || i.xero_id || ':' || i.kind
          AND k.state <> 'superseded'
        ORDER BY k.id DESC LIMIT 1) c ON i.kind <> 'account'
 WHERE i.import_id = :import_id AND i.connection_id = :connection_id
 ORDER BY i.kind, i.name, i.xero_id;
