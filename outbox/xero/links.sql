-- name: links_of(connection_id, keys)
-- Xero's ids for the links that a batch names.
SELECT key, xero_id FROM links WHERE connection_id = :connection_id AND key = ANY(:keys);

-- name: linked_ids(connection_id, xero_ids)
-- Which of these ids in Xero belong to things that we know.
SELECT xero_id FROM links WHERE connection_id = :connection_id AND xero_id = ANY(:xero_ids);

-- name: add_links(connection_id, keys, xero_ids, numbers)!
-- From now on the things exist in Xero, for whatever waits for them.
INSERT INTO links (connection_id, key, xero_id, number)
SELECT :connection_id, key, xero_id, number
  FROM unnest((:keys)::text[], (:xero_ids)::text[], (:numbers)::text[]) AS v (key, xero_id, number)
ON CONFLICT (connection_id, key)
   DO UPDATE SET xero_id = excluded.xero_id, number = coalesce(excluded.number, links.number);

-- name: drop_links(connection_id, keys)!
-- The things are gone from Xero.
DELETE FROM links WHERE connection_id = :connection_id AND key = ANY(:keys);
