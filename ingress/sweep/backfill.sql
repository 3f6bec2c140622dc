-- name: known(connection_id)
-- Every document of which the journal has a version, decided or not.
SELECT DISTINCT entity, zoho_id FROM events WHERE connection_id = :connection_id AND zoho_id <> '';

-- name: limits(connection_id)^
-- What both systems told of a day's calls.
SELECT (SELECT day_most FROM xero_budget(:connection_id)) AS xero,
       (SELECT day_limit FROM zoho_calls WHERE connection_id = :connection_id) AS zoho;
