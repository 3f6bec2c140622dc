-- name: record(connection_id, actor, action, before, after, detail)!
-- Who changed what; the table's own trigger numbers the row and chains it to the one before.
INSERT INTO audit (connection_id, connection, actor, action, before, after, detail)
VALUES (:connection_id, (SELECT name FROM connections WHERE id = :connection_id),
        :actor, :action, :before, :after, :detail);

-- name: entries(name, after, most)
-- The trail from its beginning, of one connection or of all; `after` is the last id already seen.
SELECT id, at, actor, action, connection, before, after, detail, encode(hash, 'hex') AS hash
  FROM audit
 WHERE id > :after AND ((:name)::text IS NULL OR connection = :name)
 ORDER BY id LIMIT :most;

-- name: first_break()$
-- The first entry that was changed, or that something is missing before; null while all is whole.
SELECT audit_break();
