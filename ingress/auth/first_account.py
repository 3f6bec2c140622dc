"""The first account: made in the browser, once, by whoever holds a token of the machine's owner."""

from bridge.postgres import Pool
from bridge.queries import load
from ingress.auth.actor import digest_of, new_id
from ingress.auth.passwords import Passwords
from ingress.auth.sessions import open_session
from ingress.auth.users import hashed_for, store

QUERIES = load(__file__, "auth.sql")


class SetupError(Exception):
    """The first account is not made; the text says why, and what to do."""


async def is_wanted(pool: Pool) -> bool:
    """Say whether there is no account yet."""
    return not await QUERIES.count_users(pool)


async def new_link(pool: Pool, public_url: str) -> str:
    """Make a one-time link to the page where the first account is made.

    The token stands behind the #: browsers send it to nobody, and no proxy writes it down.
    """
    token = new_id()
    await QUERIES.add_setup_link(pool, digest=digest_of(token))
    return f"{public_url}/setup#{token}"


async def make(pool: Pool, passwords: Passwords, *, token: str, name: str, password: str) -> str:
    """Make the first account, an admin, and give the id of its session.

    Raises SetupError, UserError, WeakPasswordError; the token is used up only by success.
    """
    name = name.strip().lower()
    hashed = await hashed_for(passwords, name, password)
    async with pool.acquire() as connection, connection.transaction():
        await QUERIES.lock_users(connection)
        if await QUERIES.count_users(connection):
            raise SetupError("There is an account already: ask its owner, or sign in")
        if not await QUERIES.use_setup_link(connection, digest=digest_of(token.strip())):
            raise SetupError("This token is not valid: `bridge users setup-link` makes a new one")
        await store(connection, name, "admin", hashed, actor="setup")
        user = await QUERIES.user(connection, name=name)
        return await open_session(connection, user["id"])
