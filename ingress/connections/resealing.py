"""Seals all that is secret under the newest key, while the bridge runs."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from bridge.crypto import Vault, VaultError
from bridge.postgres import Pool
from bridge.queries import load
from ingress.audit import record

QUERIES = load(__file__, "resealing.sql")


@dataclass(frozen=True, slots=True)
class Sealed:
    """One sealed text in its place, and how to put another one there (0 where it has changed)."""

    context: str
    text: bytes
    replace: Callable[[bytes], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many texts were sealed anew, were so already, or can't be opened with any key given."""

    rotated: int
    current: int
    lost: tuple[str, ...]


async def rotate(pool: Pool, vault: Vault, actor: str) -> Rotation:
    """Seal every secret, grant and verifier under the newest key.

    Each is replaced on its own, so whoever stops it may start it again, and processes that hold
    both keys never notice.
    """
    rotated, current, lost = 0, 0, []
    async for each in _everything(pool):
        try:
            anew = vault.rotate(each.text, context=each.context)
        except VaultError as error:
            lost.append(str(error))
            continue
        if anew is each.text:
            current += 1
        else:
            rotated += await each.replace(anew)
    async with pool.acquire() as database, database.transaction():
        await record(database, actor, "keys.rotated", detail={"rotated": rotated})
    return Rotation(rotated, current, tuple(lost))


async def _everything(pool: Pool) -> AsyncIterator[Sealed]:
    for row in await QUERIES.secrets(pool):
        place = {"connection_id": row["connection_id"], "name": row["name"]}
        context = f"{row['connection_id']}/{row['name']}"
        yield _sealed(pool, QUERIES.reseal_secret, context, row["sealed"], place)
    for row in await QUERIES.grants(pool):
        place = {"connection_id": row["connection_id"], "system": row["system"]}
        context = f"{row['connection_id']}/grant.{row['system']}"
        for text, query in (
            (row["sealed"], QUERIES.reseal_token),
            (row["previous"], QUERIES.reseal_previous),
        ):
            if text is not None:
                yield _sealed(pool, query, context, text, place)
    for row in await QUERIES.consents(pool):
        place = {"connection_id": row["connection_id"], "state": row["state"]}
        context = f"{row['connection_id']}/consent.{row['system']}"
        yield _sealed(pool, QUERIES.reseal_consent, context, row["sealed"], place)


def _sealed(
    pool: Pool,
    query: Callable[..., Awaitable[int]],
    context: str,
    text: bytes,
    place: dict[str, object],
) -> Sealed:
    async def replace(anew: bytes) -> int:
        return await query(pool, **place, before=text, after=anew)

    return Sealed(context, text, replace)
