-- name: twins(connection_id, xero_ids, keys)
-- Of which kind, customer or vendor, those of our contacts are that these ids in Xero belong to, and those
-- of these keys that are on their way: what came of one that travels just now is not written down yet.
SELECT DISTINCT ON (known.key) known.key, known.xero_id, known.contact_type
  FROM (SELECT c.key, c.id, l.xero_id, c.expected ->> 'contact_type' AS contact_type
          FROM commands c JOIN links l ON l.connection_id = c.connection_id AND l.key = c.key
         WHERE l.connection_id = :connection_id AND l.xero_id = ANY(:xero_ids)
         UNION ALL
        SELECT c.key, c.id, NULL, c.expected ->> 'contact_type'
          FROM commands c
         WHERE c.connection_id = :connection_id AND c.key = ANY(:keys)
           AND c.state IN ('sending', 'ambiguous')) AS known
 WHERE known.contact_type IS NOT NULL
 ORDER BY known.key, known.id DESC, known.xero_id;

-- name: mark_looked(ids)!
-- Searched and not found: the create may go.
UPDATE commands SET looked_at = now() WHERE id = ANY(:ids);
