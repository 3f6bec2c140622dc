"""API tokens: shown once, kept as digests, each with a role."""

import hmac
import re
import secrets
from collections.abc import Mapping
from typing import Any, Final

from bridge.postgres import Connection, Pool
from bridge.queries import load
from ingress.audit import record
from ingress.auth.actor import Actor, digest_of, new_id
from schemas.words import Role

QUERIES = load(__file__, "auth.sql")
NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
PREFIX: Final = "bridge_"  # so that people and scanners see what they have found


class TokenError(ValueError):
    """A token that is not made or revoked; the text says why."""


def default_name(role: Role) -> str:
    """Give a name to a token that nobody named."""
    return f"{role}-{secrets.token_hex(4)}"


async def create(pool: Pool, name: str, role: Role, *, actor: str) -> str:
    """Make a token, and give it: it is shown this once. Raises TokenError."""
    if not NAME.fullmatch(name):
        raise TokenError("A token's name is made of a-z, 0-9 and . _ -, at most 63 characters")
    token = PREFIX + new_id()
    values = {"name": name, "role": role, "digest": digest_of(token), "created_by": actor}
    async with pool.acquire() as connection, connection.transaction():
        if await QUERIES.add_token(connection, **values) is None:
            raise TokenError(f"There is a token {name} already: revoke it, or choose another name")
        await record(connection, actor, "token.created", detail={"name": name, "role": role})
    return token


async def list_all(pool: Pool) -> list[Mapping[str, Any]]:
    """Give every token, also the revoked, without what it opens with."""
    return [dict(row) for row in await QUERIES.tokens(pool)]


async def revoke(pool: Pool, name: str, *, actor: str) -> None:
    """End a token's validity; raises TokenError where no valid one has the name."""
    async with pool.acquire() as connection, connection.transaction():
        if await QUERIES.revoke_token(connection, name=name) is None:
            raise TokenError(f"There is no valid token {name}. `bridge tokens list` lists them")
        await record(connection, actor, "token.revoked", detail={"name": name})


async def bearer(connection: Connection, given: str, settings_token: str | None) -> Actor | None:
    """Say who comes with a token; that of BRIDGE_API_TOKEN has the role admin."""
    if settings_token and hmac.compare_digest(given.encode(), settings_token.encode()):
        return Actor("token:BRIDGE_API_TOKEN", "admin")
    row = await QUERIES.token(connection, digest=digest_of(given))
    return Actor(f"token:{row['name']}", row["role"]) if row else None
