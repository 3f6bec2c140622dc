-- name: depart(state, connection_id, system, browser, sealed, actor)!
-- Somebody is sent to consent; whoever was sent and did not come back in time is forgotten.
WITH late AS (DELETE FROM consents WHERE expires_at <= now())
INSERT INTO consents (state, connection_id, system, browser, sealed, actor)
VALUES (:state, :connection_id, :system, :browser, :sealed, :actor);

-- name: arrive(state, system, browser)^
-- Somebody is back. The state is used up, also by whoever comes with another browser or too late.
DELETE FROM consents WHERE state = :state AND system = :system
RETURNING connection_id, sealed, actor, browser = :browser AND expires_at > now() AS good,
          (SELECT name FROM connections c WHERE c.id = connection_id) AS name;
