-- name: look_first(connection_id, hours)!
-- From now on, and for so long, nothing is created in Xero before Xero was searched for it.
UPDATE connections SET look_first_until = now() + make_interval(hours => :hours)
 WHERE id = :connection_id;

-- name: announce(connection_id)!
-- The broker's messages belong to another time: undecided events are announced again.
UPDATE events SET published_at = NULL
 WHERE connection_id = :connection_id AND state = 'undecided';

-- name: forget_looks(connection_id)!
-- What was looked for before the copy was made counts no more.
UPDATE commands SET looked_at = NULL
 WHERE connection_id = :connection_id AND finished_at IS NULL AND looked_at IS NOT NULL;
