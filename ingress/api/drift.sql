-- name: comparison(connection_id)^
-- When both sides were last compared, and what it took.
SELECT compared_at, documents, xero_calls, zoho_calls, notes
  FROM comparisons WHERE connection_id = :connection_id;

-- name: differences(connection_id)
-- What differed then, in the order in which it was found.
SELECT difference FROM drift WHERE connection_id = :connection_id ORDER BY place;
