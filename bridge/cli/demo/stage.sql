-- name: is_busy(name)$
-- Whether anything of a connection can still go on by itself.
SELECT EXISTS (
  SELECT FROM connections n
   WHERE n.name = :name
     AND (EXISTS (SELECT FROM events e WHERE e.connection_id = n.id AND e.state = 'undecided')
       OR EXISTS (SELECT FROM commands c
                   WHERE c.connection_id = n.id
                     AND (c.state IN ('sending', 'ambiguous')
                          OR c.state = 'pending' AND NOT EXISTS (
                               SELECT FROM tickets mine
                                 JOIN tickets ahead ON ahead.connection_id = n.id
                                  AND ahead.document = mine.document AND ahead.open
                                  AND ahead.position < mine.position
                                WHERE mine.command_id = c.id)))));

-- name: count_events(name)$
-- How many events a connection has.
SELECT count(*)::int FROM events e JOIN connections c ON c.id = e.connection_id WHERE c.name = :name;

-- name: connection_id(name)$
-- The connection that the story is about.
SELECT id FROM connections WHERE name = :name;
