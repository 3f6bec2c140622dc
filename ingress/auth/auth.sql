-- name: user(name)^
-- One user, with what the password is held against.
SELECT id, name, role, password FROM users WHERE name = :name;

-- name: users()
-- Every user, for people.
SELECT u.name, u.role, u.created_at, u.password_at,
       (SELECT max(s.seen_at) FROM sessions s WHERE s.user_id = u.id) AS seen_at
  FROM users u ORDER BY u.name;

-- name: count_users()$
-- Whether anybody can sign in at all.
SELECT count(*)::int FROM users;

-- name: lock_users()$
-- The first account is made once, and the last admin never removed, also when two try at once.
SELECT pg_advisory_xact_lock(hashtextextended('users', 0));

-- name: add_user(name, role, password)$
-- A new account; nothing when the name is taken.
INSERT INTO users (name, role, password) VALUES (:name, :role, :password)
ON CONFLICT (name) DO NOTHING RETURNING id;

-- name: set_role(name, role)$
-- Another role, for the next request already.
UPDATE users SET role = :role WHERE name = :name RETURNING id;

-- name: set_password(name, password)$
-- Another password; whoever had a session must sign in again.
WITH changed AS (
  UPDATE users SET password = :password, password_at = now() WHERE name = :name RETURNING id),
ended AS (DELETE FROM sessions WHERE user_id IN (SELECT id FROM changed))
SELECT id FROM changed;

-- name: renew_hash(user_id, stored, password)!
-- The same password under today's parameters; not when it was changed meanwhile.
UPDATE users SET password = :password WHERE id = :user_id AND password = :stored;

-- name: remove_user(name)$
-- The account, and its sessions with it.
DELETE FROM users WHERE name = :name RETURNING id;

-- name: count_admins()$
-- Without one, nobody could let anybody in.
SELECT count(*)::int FROM users WHERE role = 'admin';

-- name: open_session(digest, user_id)!
-- A session begins; those that are over are forgotten.
WITH over AS (
  DELETE FROM sessions
   WHERE seen_at < now() - interval '30 minutes' OR opened_at < now() - interval '12 hours')
INSERT INTO sessions (digest, user_id) VALUES (:digest, :user_id);

-- name: session(digest)^
-- Who a session belongs to, while it lasts: 30 minutes of quiet, 12 hours at most.
SELECT u.name, u.role, s.seen_at < now() - interval '1 minute' AS stale
  FROM sessions s JOIN users u ON u.id = s.user_id
 WHERE s.digest = :digest
   AND s.seen_at > now() - interval '30 minutes' AND s.opened_at > now() - interval '12 hours';

-- name: see_session(digest)!
-- A person is still there.
UPDATE sessions SET seen_at = now() WHERE digest = :digest;

-- name: end_session(digest)!
-- Signed out.
DELETE FROM sessions WHERE digest = :digest;

-- name: end_sessions(name)$
-- Signed out everywhere; gives how many sessions there were.
WITH ended AS (
  DELETE FROM sessions s USING users u WHERE u.id = s.user_id AND u.name = :name RETURNING 1)
SELECT count(*)::int FROM ended;

-- name: add_token(name, role, digest, created_by)$
-- A new token; nothing when a valid one has the name.
INSERT INTO tokens (name, role, digest, created_by) VALUES (:name, :role, :digest, :created_by)
ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING RETURNING id;

-- name: token(digest)^
-- Whose token it is, while it is valid.
SELECT name, role FROM tokens WHERE digest = :digest AND revoked_at IS NULL;

-- name: tokens()
-- Every token, for people.
SELECT name, role, created_by, created_at, revoked_at FROM tokens ORDER BY created_at, id;

-- name: revoke_token(name)$
-- From now on nobody comes in with it.
UPDATE tokens SET revoked_at = now() WHERE name = :name AND revoked_at IS NULL RETURNING id;

-- name: add_setup_link(digest)!
-- One more permission to make the first account; older ones are forgotten after a day.
WITH over AS (DELETE FROM setup_links WHERE created_at < now() - interval '1 day')
INSERT INTO setup_links (digest) VALUES (:digest);

-- name: use_setup_link(digest)$
-- Whether the permission holds; it does not a second time.
DELETE FROM setup_links
 WHERE digest = :digest AND created_at > now() - interval '1 day' RETURNING true;

-- name: drop_setup_links()!
-- There is an account now.
DELETE FROM setup_links;

-- name: count_try(key, free, most)$
-- Counts a try before it is judged, so that tries at once don't outrun the count. The first ones are
-- free, then each doubles the pause before the next; a quarter of an hour of quiet forgets them all.
INSERT INTO sign_in_tries AS t (key) VALUES (:key)
ON CONFLICT (key) DO UPDATE
   SET tries = CASE WHEN t.last_at < now() - interval '15 minutes' THEN 1 ELSE t.tries + 1 END,
       open_at = now() + make_interval(secs => CASE
         WHEN t.last_at < now() - interval '15 minutes' OR t.tries < (:free)::int THEN 0
         ELSE least((:most)::int, power(2, least(t.tries - (:free)::int, 10))) END),
       last_at = now()
 WHERE t.open_at <= now()
RETURNING tries;

-- name: pause_of(key)$
-- Seconds until the next try is heard.
SELECT greatest(1, ceil(extract(epoch FROM open_at - now())))::int
  FROM sign_in_tries WHERE key = :key;

-- name: forget_tries(key)!
-- The right password: the account's tries start anew; rows of nobody's interest go.
WITH old AS (DELETE FROM sign_in_tries WHERE last_at < now() - interval '1 hour' AND key <> :key)
DELETE FROM sign_in_tries WHERE key = :key;
