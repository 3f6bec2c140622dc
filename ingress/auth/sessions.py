"""Sessions: a random id in a cookie, its digest in PostgreSQL, ended by time or by people."""

import hashlib
import hmac
from typing import Final

from bridge.postgres import Connection, Pool
from bridge.queries import load
from ingress.audit import record
from ingress.auth import throttle
from ingress.auth.actor import Actor, digest_of, new_id
from ingress.auth.passwords import Passwords

QUERIES = load(__file__, "auth.sql")
LONGEST_LIFE: Final = 12 * 3600  # seconds, as the query `session` has it


class WrongPasswordError(Exception):
    """The name or the password is wrong; which of them is not said."""

    def __init__(self) -> None:
        super().__init__("The name or the password is wrong")


async def sign_in(
    pool: Pool, passwords: Passwords, *, name: str, password: str, address: str
) -> str:
    """Open a session, and give its id; raises WrongPasswordError, TooManyTriesError."""
    user_id = await prove(pool, passwords, name=name, password=password, address=address)
    return await open_session(pool, user_id)


async def prove(pool: Pool, passwords: Passwords, *, name: str, password: str, address: str) -> int:
    """Give the id of the user of that name and password; raises as `sign_in`.

    An unknown name takes the same time and gets the same answer as a wrong password.
    """
    name = name.strip().lower()
    await throttle.count_try(pool, name, address)
    user = await QUERIES.user(pool, name=name)
    if not await passwords.fits(password, user["password"] if user else None):
        raise WrongPasswordError
    if passwords.is_outdated(user["password"]):
        renewed = await passwords.hash(password)
        await QUERIES.renew_hash(
            pool, user_id=user["id"], stored=user["password"], password=renewed
        )
    await throttle.forget_tries(pool, name)
    user_id: int = user["id"]
    return user_id


async def open_session(on: Connection | Pool, user_id: int) -> str:
    """Begin a session of a user, and give its id."""
    session = new_id()
    await QUERIES.open_session(on, digest=digest_of(session), user_id=user_id)
    return session


async def find(connection: Connection, session: str, *, by_hand: bool) -> Actor | None:
    """Say whose session it is, while it lasts; `by_hand`: a person is there, so it lasts on."""
    digest = digest_of(session)
    row = await QUERIES.session(connection, digest=digest)
    if row is None:
        return None
    if by_hand and row["stale"]:
        await QUERIES.see_session(connection, digest=digest)
    return Actor(f"user:{row['name']}", row["role"], session)


async def sign_out(on: Connection | Pool, session: str) -> None:
    """End one session."""
    await QUERIES.end_session(on, digest=digest_of(session))


async def end_all(pool: Pool, name: str, *, actor: str) -> None:
    """Sign a user out everywhere."""
    async with pool.acquire() as connection, connection.transaction():
        ended = await QUERIES.end_sessions(connection, name=name)
        await record(connection, actor, "user.signed_out", detail={"name": name, "sessions": ended})


def form_token(session: str) -> str:
    """Give the proof that a request comes from a page of this session (CSRF)."""
    return hmac.new(session.encode(), b"form", hashlib.sha256).hexdigest()
