"""Which things Xero holds, and under which ids."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.postgres import Connection, Pool
from bridge.queries import load
from outbox.xero.batches import Ready
from schemas.commands import links_in

QUERIES = load(__file__, "links.sql")


@dataclass(frozen=True, slots=True)
class Link:
    """A thing by our key, its id in Xero, and the number it has there, where it has one."""

    key: str
    xero_id: str | None
    number: str | None = None


async def ids_of(
    connection: Connection, connection_id: int, group: Sequence[Ready]
) -> dict[str, str]:
    """Xero's ids for every link that these commands name."""
    keys = sorted({key for command in group for key in links_in(command.body)})
    rows = await QUERIES.links_of(connection, connection_id=connection_id, keys=keys)
    return {row["key"]: row["xero_id"] for row in rows}


async def known(pool: Pool, connection_id: int, xero_ids: Sequence[str]) -> frozenset[str]:
    """Those of Xero's ids that belong to things we know."""
    rows = await QUERIES.linked_ids(pool, connection_id=connection_id, xero_ids=xero_ids)
    return frozenset(row["xero_id"] for row in rows)


async def add(connection: Connection, connection_id: int, links: Sequence[Link]) -> None:
    """From now on Xero holds these, for whatever waits for them."""
    await QUERIES.add_links(
        connection,
        connection_id=connection_id,
        keys=[link.key for link in links],
        xero_ids=[link.xero_id for link in links],
        numbers=[link.number for link in links],
    )


async def drop(connection: Connection, connection_id: int, keys: Sequence[str]) -> None:
    """Xero holds these no longer."""
    await QUERIES.drop_links(connection, connection_id=connection_id, keys=keys)
