-- name: comparison(connection_id)^
-- When both sides were last compared, and what it took.
SELECT compared_at, documents, xero_calls, zoho_calls, notes
  FROM comparisons WHERE connection_id = :connection_id;

-- name: differences(connection_id)
-- What differed then, in the order in which it was found, and in which currency.
SELECT r.difference, d.currency
  FROM drift r
  LEFT JOIN documents d ON d.connection_id = r.connection_id AND d.entity = r.entity
   AND d.zoho_id = r.zoho_id
 WHERE r.connection_id = :connection_id ORDER BY r.place;
