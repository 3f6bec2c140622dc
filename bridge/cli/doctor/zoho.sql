-- name: swept(connection_id)^
-- When the lists were swept last, and what no webhook told, by module.
SELECT max(swept_at) AS swept_at,
       jsonb_object_agg(module, missed ORDER BY module) FILTER (WHERE missed > 0) AS missed
  FROM sweeps WHERE connection_id = :connection_id;
