"""One process speaks to one Xero organisation (rule 5): leases on the database's clock.

A lease is of one connection, and says which organisation it is for. Connections that share one are
held by one process: acquiring never divides them, whoever else acquires at the same time.
"""

import os
import secrets
import socket
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from bridge.postgres import Connection, Pool
from bridge.queries import load

QUERIES = load(__file__, "lease.sql")
LEASE: Final = 45.0  # seconds; longer than one request's budget, renewed every RENEWAL
RENEWAL: Final = 5.0  # seconds
MARGIN: Final = 5.0  # seconds from the look at the lease to a request's first byte
MOST: Final = 1_000  # organisations that one process takes in one go


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to speak for one connection, until another fence is given out.

    `organisation` is Xero's id of the one that it may speak to, or the connection's own while that
    is not known.
    """

    connection_id: int
    name: str
    holder: str
    fence: int
    organisation: str

    def allows(self, tenant_id: str) -> bool:
        """Whether this organisation may be spoken to; "" where Xero does not say which it is."""
        return self.organisation == (tenant_id or str(self.connection_id))


def name_holder() -> str:
    """Name this process among all that ever were."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


async def renew(pool: Pool, holder: str) -> set[Lease]:
    """Prolong what this process holds; what is missing from the answer has passed on.

    Leases of disabled connections are kept, so that what is in flight can be recorded.
    """
    rows = await QUERIES.renew_leases(pool, holder=holder, seconds=LEASE)
    return {_lease(row, holder) for row in rows}


async def share(pool: Pool, holder: str) -> int:
    """Say that this process lives; gives how many organisations are its fair share."""
    count: int = await QUERIES.share(pool, holder=holder, seconds=LEASE)
    return count


async def leave(pool: Pool, holder: str) -> None:
    """Say that this process is gone: the others' shares grow at once."""
    await QUERIES.leave(pool, holder=holder)


async def acquire(
    pool: Pool, holder: str, running: Collection[Lease], spoken: Collection[str], most: int = MOST
) -> list[Lease] | None:
    """Take connections that nobody speaks for; None while another process does, so try again soon.

    All those of the organisations in `spoken`, to which this process speaks, and of at most `most`
    others. `running` are the leases that relays of this process run under now. What a predecessor
    left unclear is marked so.
    """
    async with pool.acquire() as connection, connection.transaction():
        if not await QUERIES.lock_leases(connection):
            return None
        await QUERIES.end_leases(connection)
        rows = await QUERIES.acquire_leases(
            connection,
            holder=holder,
            seconds=LEASE,
            most=most,
            running=[lease.connection_id for lease in running],
            spoken=list(spoken),
        )
        for row in rows:
            await QUERIES.take_over(connection, connection_id=row["connection_id"])
    return [_lease(row, holder) for row in rows]


def _lease(row: Any, holder: str) -> Lease:
    return Lease(row["connection_id"], row["name"], holder, row["fence"], row["organisation"])


async def release(pool: Pool, lease: Lease) -> None:
    """Let another process take the connection at once."""
    await QUERIES.release_lease(pool, connection_id=lease.connection_id, holder=lease.holder)


async def holds(connection: Connection, lease: Lease) -> bool:
    """Whether a lease is still the current one, for as long as the transaction lasts."""
    held: bool = await QUERIES.holds_lease(
        connection, connection_id=lease.connection_id, holder=lease.holder, fence=lease.fence
    )
    return held


async def notify(connection: Connection, connection_id: int) -> None:
    """Tell whoever holds the connection's lease, at the commit, that something is to be done."""
    await QUERIES.notify(connection, connection_id=connection_id)
