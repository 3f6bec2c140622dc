"""Requests whose commands have all ended: who may say so, and that what was settled stays so."""

import pytest

from outbox.lease import Lease
from outbox.xero.settling import close
from tests.outbox.delivery import Xero, contact, delivering, until
from tests.outbox.desk import Desk


async def attempt(desk: Desk, outcome: str) -> int:
    """A request in the history."""
    number: int = await desk.pool.fetchval(
        """INSERT INTO attempts (connection_id, idempotency_key, method, path, body, body_hash,
                                 generation, fence, outcome)
           VALUES ($1, 'k', 'PUT', '/Invoices', '{}', '', 1, 1, $2) RETURNING id""",
        desk.connection_id,
        outcome,
    )
    return number


async def outcome_of(desk: Desk, number: int) -> str:
    return str(await desk.pool.fetchval("SELECT outcome FROM attempts WHERE id = $1", number))


async def lease(desk: Desk, fence: int) -> Lease:
    """The lease of the process `here`, which gets its second fence now."""
    await desk.pool.execute(
        """INSERT INTO leases (connection_id, holder, fence, expires_at, organisation)
           VALUES ($1, 'here', 2, now() + interval '1 minute', 'o')""",
        desk.connection_id,
    )
    return Lease(desk.connection_id, "acme", "here", fence, "o")


async def test_e3_a_process_whose_fence_has_passed_on_closes_nothing(desk: Desk) -> None:
    unclear = await attempt(desk, "ambiguous")

    await close(desk.pool, await lease(desk, fence=1), unclear)

    assert await outcome_of(desk, unclear) == "ambiguous"


@pytest.mark.parametrize(("before", "after"), [("ambiguous", "absent"), ("applied", "applied")])
async def test_e3_what_is_unclear_is_closed_and_what_was_settled_meanwhile_stays(
    desk: Desk, before: str, after: str
) -> None:
    found = await attempt(desk, before)

    await close(desk.pool, await lease(desk, fence=2), found)

    assert await outcome_of(desk, found) == after


async def test_e3_what_a_newer_release_has_sent_waits_until_that_one_speaks_again(
    connected: Desk, xero: Xero
) -> None:
    (strange,) = await connected.ask(contact("1"), document="contact:1")
    await connected.pool.execute("UPDATE commands SET kind = 'quote.put', state = 'ambiguous'")
    sent = await attempt(connected, "ambiguous")
    await connected.pool.execute(
        "UPDATE attempts SET first_sent_at = '2026-01-01', last_sent_at = '2026-01-01'"
    )
    await connected.pool.execute(
        "INSERT INTO attempt_members (attempt_id, command_id, place, outcome)"
        " VALUES ($1, $2, 0, 'ambiguous')",
        *(sent, strange),
    )
    await connected.ask(contact("2"), document="contact:2")

    async with delivering(connected, xero):
        await until(connected, "ambiguous", "done")

    assert await outcome_of(connected, sent) == "ambiguous"
