"""Users: added, listed, changed and removed; each change is one row of the audit."""

import re
from collections.abc import Mapping
from typing import Any, Final

from bridge.postgres import Connection, Pool
from bridge.queries import load
from ingress.audit import record
from ingress.auth.passwords import Passwords, check
from schemas.words import Role

QUERIES = load(__file__, "auth.sql")
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")
NO_NAME: Final = "A name is made of a-z, 0-9 and . _ @ + -, at most 100 characters"


class UserError(ValueError):
    """A change of users that is not made; the text says why, and what to do."""


async def add(pool: Pool, name: str, role: Role, *, hashed: str, actor: str) -> None:
    """Make an account, its password hashed by `hashed_for`; raises UserError."""
    async with pool.acquire() as connection, connection.transaction():
        await store(connection, name, role, hashed, actor=actor)


async def hashed_for(passwords: Passwords, name: str, password: str) -> str:
    """Check a new account's name and password, and hash it; raises UserError, WeakPasswordError."""
    if not NAME.fullmatch(name):
        raise UserError(NO_NAME)
    check(password, name)
    return await passwords.hash(password)


async def store(connection: Connection, name: str, role: Role, hashed: str, *, actor: str) -> None:
    """Store a new account, in the caller's transaction; raises UserError where the name is taken.

    Permissions to make the first account end with it.
    """
    await QUERIES.lock_users(connection)
    if await QUERIES.add_user(connection, name=name, role=role, password=hashed) is None:
        raise UserError(f"There is a user {name} already")
    await QUERIES.drop_setup_links(connection)
    await record(connection, actor, "user.added", detail={"name": name, "role": role})


async def list_all(pool: Pool) -> list[Mapping[str, Any]]:
    """Give every user, without passwords."""
    return [dict(row) for row in await QUERIES.users(pool)]


async def set_role(pool: Pool, name: str, role: Role, *, actor: str) -> None:
    """Give a user another role; raises UserError, also where no admin would be left."""
    async with pool.acquire() as connection, connection.transaction():
        await QUERIES.lock_users(connection)
        _known(await QUERIES.set_role(connection, name=name, role=role), name)
        await _keep_an_admin(connection)
        await record(connection, actor, "user.role_changed", detail={"name": name, "role": role})


async def set_password(pool: Pool, name: str, *, hashed: str, actor: str) -> None:
    """Give a user another password, hashed; ends all sessions of theirs. Raises UserError."""
    async with pool.acquire() as connection, connection.transaction():
        _known(await QUERIES.set_password(connection, name=name, password=hashed), name)
        await record(connection, actor, "user.password_changed", detail={"name": name})


async def remove(pool: Pool, name: str, *, actor: str) -> None:
    """Remove an account and its sessions; raises UserError, also where no admin would be left."""
    async with pool.acquire() as connection, connection.transaction():
        await QUERIES.lock_users(connection)
        _known(await QUERIES.remove_user(connection, name=name), name)
        if await QUERIES.count_users(connection):
            await _keep_an_admin(connection)
        await record(connection, actor, "user.removed", detail={"name": name})


def _known(found: object, name: str) -> None:
    if found is None:
        raise UserError(f"There is no user {name}. `bridge users list` lists them")


async def _keep_an_admin(connection: Connection) -> None:
    if not await QUERIES.count_admins(connection):
        raise UserError("Nobody with the role admin would be left: give it to somebody first")
