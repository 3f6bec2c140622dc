-- name: mark_published(ids)!
-- The broker has confirmed the knocks of these events.
UPDATE events SET published_at = now() WHERE id = ANY(:ids) AND state = 'undecided';

-- name: claim_unpublished(older_than, again_after, most)
-- Undecided events without a recent knock, oldest first. Each further knock waits twice as long, so
-- that a backlog does not fill the queues with repeats. Taken by marking: sweepers never double.
-- Xero's contacts need no knock: who reads them looks for their events. What no webhook brought has
-- nobody who announces it, and is due at once.
UPDATE events e SET published_at = now()
  FROM (SELECT id FROM events
         WHERE state = 'undecided' AND entity <> 'xero_contact'
           AND CASE WHEN published_at IS NULL
               THEN received_at < now() - make_interval(secs => :older_than)
                    OR source NOT IN ('webhook', 'read')
               ELSE published_at < now() - greatest(make_interval(secs => :again_after),
                                                    published_at - received_at) END
         ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED) due
 WHERE e.id = due.id
RETURNING e.id, e.connection_id, e.entity, e.trigger, e.zoho_id, e.request_id;

-- name: unmark_published(ids)!
-- The broker did not take the knocks of these events after all.
UPDATE events SET published_at = NULL WHERE id = ANY(:ids) AND state = 'undecided';

-- name: count_unpublished()$
-- Undecided events that no confirmed knock has announced.
SELECT count(*)::int FROM events
 WHERE state = 'undecided' AND published_at IS NULL AND entity <> 'xero_contact';
