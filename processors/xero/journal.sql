-- name: waiting(connection_id, most)
-- Contacts that Xero told of and nobody has looked at yet, longest first.
SELECT zoho_id AS id FROM events
 WHERE connection_id = :connection_id AND entity = 'xero_contact' AND state = 'undecided'
 GROUP BY zoho_id ORDER BY min(id) LIMIT :most;

-- name: without_role(connection_id)
-- Contacts that were neither customer nor supplier when they were read last: Xero tells of no change
-- when a document makes them one.
SELECT zoho_id AS id FROM documents
 WHERE connection_id = :connection_id AND entity = 'xero_contact'
   AND snapshot ->> 'roles' = '' ORDER BY zoho_id;

-- name: books(connection_id)^
-- What of a connection decides over its contacts.
SELECT id, name, enabled, base_currency, config -> 'import' AS imports
  FROM connections WHERE id = :connection_id;

-- name: twins(connection_id, xero_id)
-- The Zoho contacts that are linked to one in Xero.
SELECT split_part(key, ':', 2) AS zoho_id FROM links
 WHERE connection_id = :connection_id AND xero_id = :xero_id AND key LIKE 'contact:%'
 ORDER BY 1;

-- name: told_of(connection_id, xero_id)
-- Xero's words about a contact that wait for a decision, oldest first.
SELECT id FROM events
 WHERE connection_id = :connection_id AND entity = 'xero_contact' AND zoho_id = :xero_id
   AND state = 'undecided'
 ORDER BY id
   FOR UPDATE;

-- name: add_event(connection_id, xero_id, source, state, touches, modified_at, fingerprint, body, request_id)$
-- The contact as it was read from Xero, for its history; a contact may well become what it was before.
INSERT INTO events (connection_id, entity, zoho_id, trigger, source, state, touches, modified_at,
                    fingerprint, salt, content_type, body, request_id, decided_at)
SELECT :connection_id, 'xero_contact', :xero_id, 'edited', :source, :state, :touches, :modified_at,
       :fingerprint, (SELECT count(*) + 1 FROM events
                       WHERE connection_id = :connection_id AND entity = 'xero_contact'
                         AND zoho_id = :xero_id),
       'application/json', :body, :request_id,
       CASE WHEN (:state)::text = 'decided' THEN now() END
RETURNING id;

-- name: end_events(ids, state, reason)!
-- What Xero told of is looked at.
UPDATE events SET state = :state, reason = :reason, decided_at = now() WHERE id = ANY(:ids);

-- name: see(connection_id, xero_id, number, snapshot, modified_at)!
-- The contact as it was decided last.
UPDATE documents SET number = :number, snapshot = :snapshot,
       modified_at = greatest(modified_at, (:modified_at)::timestamptz), updated_at = now()
 WHERE connection_id = :connection_id AND entity = 'xero_contact' AND zoho_id = :xero_id;

-- name: tell(connection_id, zoho_id, told)!
-- What Xero holds because of a Zoho contact is what Xero itself said.
UPDATE documents SET told = told || :told, updated_at = now()
 WHERE connection_id = :connection_id AND entity = 'contact' AND zoho_id = :zoho_id;

-- name: unsent_body(connection_id, key)$
-- What an earlier change of Xero's asks of Zoho, and was not sent yet: a newer one must not lose it.
SELECT body FROM commands
 WHERE connection_id = :connection_id AND key = :key AND kind = 'zoho_contact.put'
   AND state IN ('pending', 'parked')
 ORDER BY id DESC LIMIT 1;

-- name: under_way(connection_id, keys, states)$
-- Whether what would be asked is asked already.
SELECT EXISTS (SELECT FROM commands
                WHERE connection_id = :connection_id AND key = ANY(:keys)
                  AND state = ANY(:states));
