-- name: shared(connection_id, xero_ids)
-- Our contacts that are these in Xero, with what each has asked it to hold last. `travels`: a request about
-- one is under way; the wider of the two lists of states is that of an index. What is gone in Zoho asks for
-- nothing any more.
SELECT l.key, l.xero_id, last.body, last.expected,
       EXISTS (SELECT FROM commands c
                WHERE c.connection_id = l.connection_id AND c.key = l.key
                  AND c.state IN ('pending', 'sending', 'ambiguous', 'parked')
                  AND c.state IN ('sending', 'ambiguous')) AS travels
  FROM links l
  LEFT JOIN LATERAL (
       SELECT c.body, c.expected FROM commands c JOIN documents d
           ON d.connection_id = c.connection_id AND d.entity = c.entity AND d.zoho_id = c.zoho_id
        WHERE c.connection_id = l.connection_id AND c.entity = 'contact'
          AND c.zoho_id = substr(l.key, 9) AND c.kind = 'contact.put' AND c.state = 'done'
          AND NOT d.deleted
        ORDER BY c.id DESC LIMIT 1) AS last ON true
 WHERE l.connection_id = :connection_id AND l.xero_id = ANY(:xero_ids) AND l.key LIKE 'contact:%'
 ORDER BY l.key;

-- name: expect(command_id, expected)!
-- What of a contact was filled when, for the next write of either.
UPDATE commands SET expected = :expected WHERE id = :command_id;
