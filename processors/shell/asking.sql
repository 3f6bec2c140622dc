-- name: undecided_of(connection_id, entity, zoho_id)$
-- The first undecided event of a document itself, or null.
SELECT min(id) FROM events
 WHERE connection_id = :connection_id AND entity = :entity AND zoho_id = :zoho_id
   AND state = 'undecided';

-- name: note_unread(connection_id, entity, zoho_id, why)!
-- A document that a decision would have read: the sweep does it as soon as Zoho can be asked.
INSERT INTO unread (connection_id, entity, zoho_id, why)
VALUES (:connection_id, :entity, :zoho_id, :why) ON CONFLICT DO NOTHING;
