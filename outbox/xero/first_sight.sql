-- name: twins(connection_id, xero_ids)
-- Of which kind, customer or vendor, those of our contacts are that these ids in Xero belong to.
SELECT DISTINCT ON (c.key) l.xero_id, c.expected ->> 'contact_type' AS contact_type
  FROM commands c JOIN links l ON l.connection_id = c.connection_id AND l.key = c.key
 WHERE l.connection_id = :connection_id AND l.xero_id = ANY(:xero_ids)
   AND c.expected ? 'contact_type'
 ORDER BY c.key, c.id DESC;

-- name: mark_looked(ids)!
-- Searched and not found: the create may go.
UPDATE commands SET looked_at = now() WHERE id = ANY(:ids);
