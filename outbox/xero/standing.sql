-- name: pause(connection_id, seconds, problem)!
-- Nothing is sent for a while, by any process.
UPDATE connections SET paused_until = now() + make_interval(secs => :seconds), problem = :problem
 WHERE id = :connection_id;

-- name: tell_problem(connection_id, problem)!
-- Why less is sent than waits; what still may be sent is sent.
UPDATE connections SET problem = :problem
 WHERE id = :connection_id AND problem IS DISTINCT FROM :problem;

-- name: clear_problem(connection_id)!
-- The grant works again.
UPDATE connections SET problem = NULL, paused_until = NULL
 WHERE id = :connection_id AND problem IS NOT NULL;
