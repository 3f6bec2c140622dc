-- name: doors(endpoint)
-- Every webhook address with what opens it: the secret, and the one before it until that ends.
SELECT c.id, c.name, c.endpoint, c.organization_id,
       array_agg(s.name ORDER BY s.name) FILTER (WHERE s.name IS NOT NULL) AS names,
       array_agg(s.sealed ORDER BY s.name) FILTER (WHERE s.name IS NOT NULL) AS sealed
  FROM connections c
  LEFT JOIN secrets s ON s.connection_id = c.id
   AND s.name IN ('zoho.webhook_secret', 'zoho.webhook_secret_previous')
   AND (s.expires_at IS NULL OR s.expires_at > now())
 WHERE c.deleted_at IS NULL AND ((:endpoint)::text IS NULL OR c.endpoint = :endpoint)
 GROUP BY c.id;
