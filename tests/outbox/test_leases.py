"""Leases: connections of one Xero organisation are never divided between processes."""

import asyncio
from datetime import date

from bridge.postgres import Pool
from outbox.lease import Lease, acquire, release, renew
from tests.outbox.desk import Desk

TENANT = "5d3a1f0e-0000-4000-8000-000000000001"


async def take(pool: Pool, holder: str, *spoken: str, most: int = 9) -> list[int]:
    """Take what is free; gives the connections."""
    return [lease.connection_id for lease in await acquire(pool, holder, (), spoken, most) or ()]


async def test_nobody_takes_a_connection_whose_organisation_another_process_speaks_to(
    connected: Desk, sister: Desk
) -> None:
    pool = connected.pool
    await pool.execute("UPDATE connections SET enabled = false WHERE id = $1", sister.connection_id)
    for desk in (connected, sister):
        await desk.works_with(TENANT)
    assert await take(pool, "here") == [connected.connection_id]
    await pool.execute("UPDATE connections SET enabled = true")

    assert await take(pool, "there") == []
    assert await take(pool, "here", TENANT, most=0) == [
        connected.connection_id,
        sister.connection_id,
    ]


async def test_an_organisation_counts_once_in_what_a_process_may_take(
    connected: Desk, sister: Desk
) -> None:
    await connected.pool.execute(
        """INSERT INTO connections (name, endpoint, organization_id, config, cutover)
           VALUES ('stranger', 'x', '8', '{}', $1)""",
        date(2026, 1, 1),
    )
    for desk in (connected, sister):
        await desk.works_with(TENANT)

    both = [connected.connection_id, sister.connection_id]
    assert await take(connected.pool, "here", most=1) == both
    assert len(await take(connected.pool, "there", most=1)) == 1


async def test_of_two_processes_that_take_sisters_at_once_one_gets_both(
    connected: Desk, sister: Desk
) -> None:
    for desk in (connected, sister):
        await desk.works_with(TENANT)

    taken = await asyncio.gather(*(take(connected.pool, f"process {n}") for n in range(4)))

    both = [connected.connection_id, sister.connection_id]
    assert sorted(taken) == [[], [], [], both]


async def test_while_one_process_takes_leases_no_other_does(connected: Desk, sister: Desk) -> None:
    pool = connected.pool
    async with pool.acquire() as frozen, frozen.transaction():
        await frozen.execute("SELECT pg_advisory_xact_lock(hashtextextended('leases', 0))")

        assert await acquire(pool, "there", (), ()) is None
    assert len(await take(pool, "there")) == 2


async def test_a_renewal_that_comes_too_late_brings_no_organisation_back(
    connected: Desk, sister: Desk
) -> None:
    pool = connected.pool
    for desk in (connected, sister):
        await desk.works_with(TENANT)
    await pool.execute("UPDATE connections SET enabled = false WHERE id = $1", sister.connection_id)
    await take(pool, "here")
    await pool.execute("UPDATE connections SET enabled = NOT enabled")
    async with pool.acquire() as late, late.transaction():
        await late.execute("SELECT now()")  # its clock stands still, before the lease is over
        await pool.execute("UPDATE leases SET expires_at = clock_timestamp()")
        assert await take(pool, "there") == [sister.connection_id]

        assert await renew(late, "here") == set()  # type: ignore[arg-type]  # a connection serves


async def test_a_lease_is_for_one_organisation() -> None:
    unknown = Lease(7, "acme", "here", 1, "7")
    known = Lease(7, "acme", "here", 1, TENANT)

    assert [lease.allows(whom) for lease in (unknown, known) for whom in ("", TENANT)] == [
        True,
        False,
        False,
        True,
    ]


async def test_what_was_given_back_can_be_had_by_another(connected: Desk, sister: Desk) -> None:
    pool = connected.pool
    for desk in (connected, sister):
        await desk.works_with(TENANT)
    ours = await acquire(pool, "here", (), ()) or []
    await release(pool, ours[0])
    assert await take(pool, "there") == []  # the organisation goes whole
    await release(pool, ours[1])

    assert len(await take(pool, "there")) == 2
