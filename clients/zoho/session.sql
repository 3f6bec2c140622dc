-- name: find(connection_id)^
-- Where a connection's Zoho is.
SELECT name, organization_id, config -> 'zoho' ->> 'data_centre' AS data_centre
  FROM connections WHERE id = :connection_id;
