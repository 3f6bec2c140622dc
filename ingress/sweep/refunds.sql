-- name: credits_known(connection_id, entity, zoho_ids)
-- Credits that the journal knows, with the stamp of their newest version and the refunds told of them.
SELECT d.zoho_id,
       greatest(d.modified_at, (SELECT max(e.modified_at) FROM events e
                                 WHERE e.connection_id = d.connection_id AND e.entity = d.entity
                                   AND e.zoho_id = d.zoho_id)) AS stamp,
       ARRAY(SELECT split_part(key, ':', 2) FROM jsonb_object_keys(d.told) AS k (key)
              WHERE key ~ '^(vendor_)?refund:') AS refunds,
       EXISTS (SELECT FROM events e
                WHERE e.id = d.last_event_id AND e.source IN ('read', 'sweep', 'backfill'))
         AS confirmed
  FROM documents d
 WHERE d.connection_id = :connection_id AND d.entity = :entity AND d.zoho_id = ANY(:zoho_ids)
   AND d.snapshot IS NOT NULL AND NOT d.deleted;
