-- name: open_problem(connection_id, code, what, remedy)!
-- Found again, it keeps the time at which it was first seen.
INSERT INTO problems (connection_id, code, what, remedy)
VALUES (:connection_id, :code, :what, :remedy)
ON CONFLICT (connection_id, code) DO UPDATE SET what = excluded.what, remedy = excluded.remedy;

-- name: close_problem(connection_id, code)!
-- It is mended.
DELETE FROM problems WHERE connection_id = :connection_id AND code = :code;

-- name: problems_of(connection_id)
-- What is wrong with a connection, longest first.
SELECT code, what, remedy, opened_at FROM problems
 WHERE connection_id = :connection_id ORDER BY opened_at, code;
